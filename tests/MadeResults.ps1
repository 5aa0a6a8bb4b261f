<#
Made results for Format.Tests.ps1, by the name of their type: what is short, what is long, what wraps, and names that are not ASCII.
Everything is fixed: no clock, no path of this machine.
#>
function Get-List {
    param([string] $Type, [object[]] $Items = @())
    $typed = [Array]::CreateInstance([type] "TlsTrust.$Type", $Items.Count)
    for ($i = 0; $i -lt $Items.Count; $i++) {
        $typed[$i] = $Items[$i]
    }

    , ([type] "TlsTrust.ResultList[TlsTrust.$Type]")::new($typed)
}

function Get-Text {
    param([string[]] $Lines)
    , [TlsTrust.ResultList[string]]::new($Lines)
}

function Get-Certificate {
    param([int] $Depth, [string] $Role, [string] $Subject, [string] $Issuer, [string] $Origin)
    # A digest that tells the certificates apart, as real ones do: the tree asks which of them were sent.
    $digest = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes("$Subject $Issuer")))
    [TlsTrust.ChainCertificate] @{
        Depth = $Depth; Role = $Role; Subject = $Subject; Issuer = $Issuer; SerialNumber = "0$Depth"; Origin = $Origin; PublicKey = 'EC P-256'
        NotBefore = $start; NotAfter = $start.AddDays(365 * (1 + 3 * $Depth)); DaysLeft = 90 + 1095 * $Depth; SignatureAlgorithm = 'ecdsa-with-SHA256'
        Sha256 = $digest; Thumbprint = $digest.Substring(0, 40); IsCA = $Depth -gt 0; IsSelfSigned = $Subject -eq $Issuer; Pem = 'the certificate'
    }
}

$start = [datetime]::SpecifyKind('2026-01-01', 'Utc')
$debian = '/etc/ssl/certs/ca-certificates.crt'
$common = @{ AnchorStore = "$debian + /etc/ssl/certs"; CheckedAt = $start.AddDays(275) }

# The names of a chain without its issuing CA ...
$leaf = Get-Certificate 0 Leaf 'CN=www.example.org' 'CN=Example Issuing CA, O=Example Trust' 'sent at position 0'
$issuing = Get-Certificate 1 Intermediate 'CN=Example Issuing CA, O=Example Trust' 'CN=Example Root, O=Example Trust' 'http://ca.example.org/issuing.cer'
$root = Get-Certificate 2 Root 'CN=Example Root, O=Example Trust' 'CN=Example Root, O=Example Trust' "store $debian, line 120"

# ... and of one with long names, in more than one alphabet.
$arany = 'CN=NetLock Arany (Class Gold) Főtanúsítvány, OU=Tanúsítványkiadók (Certification Services), O=NetLock Kft., L=Budapest, C=HU'
$gold = 'CN=Közigazgatási és Önkormányzati Minősített Kiadó 2026 (Class Gold), OU=Tanúsítványkiadók (Certification Services), O=NetLock Kft., C=HU'
$longUrl = 'http://aia.netlock.example/index.cgi?ca=kozigazgatasi-es-onkormanyzati-minositett-kiado-2026-class-gold&format=der&fingerprint=sha256'
$longLeaf = Get-Certificate 0 Leaf 'CN=ügyfélkapu.önkormányzat.example, O=Önkormányzati Informatikai Szolgáltató Nonprofit Zártkörűen Működő Részvénytársaság, L=Székesfehérvár, C=HU' $gold 'sent at position 0'
$longCA = Get-Certificate 1 Intermediate $gold $arany $longUrl
$longRoot = Get-Certificate 2 Root $arany $arany 'public roots of Debian ca-certificates 20250419'
$cross = Get-Certificate 2 CrossSign $arany 'CN=KIR ルート認証局, O=日本証明書株式会社, C=JP' 'sent at position 2'
$sentRoot = Get-Certificate 1 Root $arany $arany 'sent at position 1'
$stray = Get-Certificate 1 Unrelated 'CN=Old Example CA that signed nothing here, O=Example Trust' 'CN=Example Root, O=Example Trust' 'sent at position 1'

$missing = [TlsTrust.Finding] @{
    Id = 'MissingIntermediate'; Severity = 'Error'; Depth = 0; RemedyFor = 'Server'
    Message = 'The server does not send the intermediate certificate CN=Example Issuing CA, O=Example Trust.'
    Evidence = Get-Text 'CN=Example Issuing CA, O=Example Trust was found: http://ca.example.org/issuing.cer; its key verifies the certificate below it',
    "with it the path ends in CN=Example Root, O=Example Trust, which is in the store ($debian, line 120)"
    Remedy = 'Let the server send it behind its own certificate (Repair-PemBundle -AddMissing makes the file).'
}
$download = [TlsTrust.Finding] @{
    Id = 'TrustedOnlyWithDownload'; Severity = 'Warning'; RemedyFor = 'Server'
    Message = 'Clients that download missing issuers accept this chain; the others refuse it.'
    Remedy = 'Repair the server: that a browser is content does not help the other clients.'
}
$noRoot = [TlsTrust.Finding] @{
    Id = 'MissingPublicRoot'; Severity = 'Error'; Depth = 2; RemedyFor = 'Client'
    Message = "The store lacks the publicly known root $arany."
    Remedy = 'Bring the store up to date (Update-TrustBundleEnvironment).'
}
$unordered = [TlsTrust.Finding] @{
    Id = 'OutOfOrder'; Severity = 'Warning'; RemedyFor = 'Server'
    Message = "The certificates are not in the order of signing:`nthe server sent 0, 2, 1."
    Remedy = 'Put them in order (Repair-PemBundle).'
}
$clients = @(
    [TlsTrust.ClientVerdict] @{ Client = 'Python before 3.13'; Answer = 'Refuses'; Message = '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)' }
    [TlsTrust.ClientVerdict] @{ Client = 'Chrome'; Answer = 'Accepts'; Reason = 'downloads the missing issuer' }
    [TlsTrust.ClientVerdict] @{ Client = 'Firefox'; Answer = 'Unknown'; Reason = 'accepts it where the intermediate is among those it preloads' }
)

$reports = @(
    [TlsTrust.EndpointReport] ($common + @{
            Endpoint = 'www.example.org:443'; HostName = 'www.example.org'; Port = 443; RemoteAddress = '192.0.2.7'
            Verdict = 'Untrusted'; Cause = 'MissingIntermediate'
            Summary = 'www.example.org:443 is not trusted: The server does not send the intermediate certificate CN=Example Issuing CA, O=Example Trust.'
            Findings = Get-List Finding $missing, $download
            OpenSslCode = 20; OpenSslError = 'unable to get local issuer certificate'; ErrorDepth = 0
            Protocol = 'TLS 1.3'; CipherSuite = 'TLS_AES_256_GCM_SHA384'
            Presented = Get-List ChainCertificate $leaf
            BuiltPath = Get-List ChainCertificate $leaf, $issuing, $root
            MissingIssuer = $issuing; NotAfter = $leaf.NotAfter
            Clients = Get-List ClientVerdict $clients
            Timings = Get-List PhaseTiming ([TlsTrust.PhaseTiming]::new('Connect', 12.34)), ([TlsTrust.PhaseTiming]::new('Handshake', 30.01))
        })
    [TlsTrust.EndpointReport] ($common + @{
            Endpoint = 'ldaps://directory.example.org:636'; HostName = 'directory.example.org'; Port = 636; RemoteAddress = '192.0.2.8'; ViaProxy = 'http://proxy.example.org:3128'
            Verdict = 'Trusted'; Cause = 'None'; NotAfter = $leaf.NotAfter; Protocol = 'TLS 1.2'
            Summary = "ldaps://directory.example.org:636 is trusted: the chain of 3 certificates ends in CN=Example Root, O=Example Trust, and the server's certificate is valid until 2027-01-01."
            OpenSslCode = 0; OpenSslError = 'ok'
        })
    [TlsTrust.EndpointReport] ($common + @{
            Endpoint = '192.0.2.9:8443'; HostName = '192.0.2.9'; Port = 8443; AskedAlone = $true
            Verdict = 'Unreachable'; Cause = 'ConnectionTimedOut'
            Summary = '192.0.2.9:8443 is unreachable: 192.0.2.9:8443 did not answer within 10 s.'
            Findings = Get-List Finding ([TlsTrust.Finding] @{ Id = 'ConnectionTimedOut'; Severity = 'Error'; Message = '192.0.2.9:8443 did not answer within 10 s.'; Remedy = 'Packets are dropped on the way: check the route and the firewalls.'; RemedyFor = 'Network' })
        })
    [TlsTrust.EndpointReport] ($common + @{
            Endpoint = 'https://ügyfélkapu.önkormányzat.example:8443'; HostName = 'ügyfélkapu.önkormányzat.example'; Port = 8443; ViaProxy = 'http://proxy.önkormányzat.example:3128'
            Verdict = 'Unreachable'; Cause = 'ProxyAuthenticationRequired'; MissingIssuer = $longCA
            Summary = 'https://ügyfélkapu.önkormányzat.example:8443 is unreachable: the proxy wants a password.'
            Timings = Get-List PhaseTiming @('Resolve', 'Connect', 'Proxy', 'StartTls', 'Handshake', 'Revocation' | ForEach-Object { [TlsTrust.PhaseTiming]::new($_, 1234.56) })
        })
)

$paths = @(
    [TlsTrust.ChainPath] @{ IsValid = $true; Certificates = Get-List ChainCertificate $leaf, $issuing, $root; End = "ends in the anchor CN=Example Root, O=Example Trust ($debian, line 120)" }
    [TlsTrust.ChainPath] @{ IsValid = $false; Certificates = Get-List ChainCertificate $longLeaf, $longCA, $cross; End = "the issuer $($cross.Issuer) was not found" }
    [TlsTrust.ChainPath] @{ IsValid = $false; Certificates = Get-List ChainCertificate $leaf; End = 'certificates named CN=Example Issuing CA, O=Example Trust are at hand, and none of their keys made the signature' }
)

$chains = @(
    [TlsTrust.CertificateChain] ($common + @{
            Origin = 'www.example.org:443'; HostName = 'www.example.org'; Verdict = 'Untrusted'; Cause = 'MissingIntermediate'; NotAfter = $leaf.NotAfter
            Summary = 'www.example.org:443 is not trusted: The server does not send the intermediate certificate CN=Example Issuing CA, O=Example Trust.'
            Findings = Get-List Finding $missing, $download
            OpenSslCode = 20; OpenSslError = 'unable to get local issuer certificate'; ErrorDepth = 0
            Presented = Get-List ChainCertificate $leaf, $stray
            BuiltPath = Get-List ChainCertificate $leaf, $issuing, $root
            Difference = [TlsTrust.ChainDifference] @{ Missing = Get-List ChainCertificate $issuing; Unused = Get-List ChainCertificate $stray }
            MissingIssuer = $issuing; Paths = Get-List ChainPath $paths
        })
    [TlsTrust.CertificateChain] ($common + @{
            Origin = 'https://ügyfélkapu.önkormányzat.example:8443'; HostName = 'ügyfélkapu.önkormányzat.example'; Verdict = 'Untrusted'; Cause = 'MissingPublicRoot'; NotAfter = $longLeaf.NotAfter
            Summary = "https://ügyfélkapu.önkormányzat.example:8443 is not trusted: The store lacks the publicly known root $arany."
            Findings = Get-List Finding $noRoot, $unordered
            OpenSslCode = 19; OpenSslError = 'self-signed certificate in certificate chain'; ErrorDepth = 2
            Presented = Get-List ChainCertificate $longLeaf, $sentRoot, $cross
            BuiltPath = Get-List ChainCertificate $longLeaf, $longCA, $longRoot
            Difference = [TlsTrust.ChainDifference] @{ Missing = Get-List ChainCertificate $longCA; Unused = Get-List ChainCertificate $cross; IsOutOfOrder = $true; RootSent = $true }
        })
    [TlsTrust.CertificateChain] ($common + @{
            Origin = '/srv/tls/live/www.example.org/fullchain-with-a-name-that-says-everything.pem'; Verdict = 'Trusted'; Cause = 'None'; NotAfter = $leaf.NotAfter
            Summary = "/srv/tls/live/www.example.org/fullchain-with-a-name-that-says-everything.pem is trusted: the chain of 3 certificates ends in CN=Example Root, O=Example Trust."
            OpenSslCode = 0; OpenSslError = 'ok'
            Presented = Get-List ChainCertificate $leaf, $issuing
            BuiltPath = Get-List ChainCertificate $leaf, $issuing, $root
            Difference = [TlsTrust.ChainDifference] @{ ExpectedOrder = [TlsTrust.ResultList[int]]::new([int[]] (0, 1)) }
        })
)

$attempts = @(
    [TlsTrust.IssuerAttempt]::new('Presented', 'what was sent', 'no certificate of that name')
    [TlsTrust.IssuerAttempt]::new('TrustStore', "$debian + /etc/ssl/certs", 'no certificate of that name')
    [TlsTrust.IssuerAttempt]::new('MachineStore', '/usr/lib/jvm/java-21-openjdk-amd64/lib/security/cacerts', 'a certificate of that name, with another key')
    [TlsTrust.IssuerAttempt]::new('Cache', 'cache /home/jürgen/.cache/TlsTrust/issuers', 'no certificate of that name')
    [TlsTrust.IssuerAttempt]::new('PublicRoots', 'Debian ca-certificates 20250419', 'no certificate of that name')
    [TlsTrust.IssuerAttempt]::new('Download', $longUrl, 'the answer is a page of text/html, not a certificate (HTTP 200 after 2 redirections)')
    [TlsTrust.IssuerAttempt]::new('Download', 'http://ca.example.org/issuing.cer', '1 found')
)
$issuers = @(
    [TlsTrust.IssuerMatch] @{
        Origin = 'www.example.org:443'; Status = 'Found'; Certificate = $issuing; IssuerOf = $leaf.Subject; Depth = 1; IssuerName = $leaf.Issuer
        IssuerKeyIdentifier = '5A4B6C7D8E9FA0B1C2D3E4F5061728394A5B6C7D'; Source = 'Download'; Location = $issuing.Origin; LeadsTo = 'StoreAnchor'; Anchor = $root.Subject
        Candidates = Get-List ChainCertificate $issuing; Attempts = Get-List IssuerAttempt $attempts
        Summary = "$($leaf.Issuer) issued CN=www.example.org; found: $($issuing.Origin); leads to $($root.Subject), which the store has."
    }
    [TlsTrust.IssuerMatch] @{
        Origin = '/srv/tls/ügyfélkapu.önkormányzat.example/fullchain.pem'; Status = 'Found'; Certificate = $longCA; IssuerOf = $longLeaf.Subject; Depth = 1; IssuerName = $gold
        Source = 'MachineStore'; Location = '/usr/lib/jvm/java-21-openjdk-amd64/lib/security/cacerts, alias kozigazgatasi_es_onkormanyzati'; LeadsTo = 'PublicRoot'; Anchor = $arany
        Candidates = Get-List ChainCertificate $longCA, $cross; Attempts = Get-List IssuerAttempt $attempts[0..2]
        Summary = "$gold issued $($longLeaf.Subject); found: /usr/lib/jvm/java-21-openjdk-amd64/lib/security/cacerts, alias kozigazgatasi_es_onkormanyzati; leads to $arany, which is publicly known and which the store lacks."
    }
    [TlsTrust.IssuerMatch] @{
        Origin = '/srv/tls/ügyfélkapu.önkormányzat.example/fullchain.pem'; Status = 'NotFound'; IssuerOf = $arany; Depth = 2; IssuerName = $cross.Issuer
        IssuerKeyIdentifier = '0123456789ABCDEF0123456789ABCDEF01234567'; Attempts = Get-List IssuerAttempt $attempts[0..5]
        Summary = "The issuer of $arany was not found: $($cross.Issuer) (key identifier 0123456789ABCDEF0123456789ABCDEF01234567); its certificate names no URL for it. Ask whoever issued the certificate, or runs the server, for this CA certificate."
    }
)

$imports = @(
    [TlsTrust.IntermediateImportResult] @{ Origin = '/srv/pki/issuing.pem'; Added = 1; AlreadyKnown = 0; NotCa = 0; CacheFolder = '/home/jürgen/.cache/TlsTrust/issuers' }
    [TlsTrust.IntermediateImportResult] @{ Origin = 'https://ccadb.example.org/ccadb/PublicAllIntermediateCertsWithPEMReport?format=csv'; Added = 1873; AlreadyKnown = 12044; NotCa = 2; CacheFolder = '/home/jürgen/.cache/TlsTrust/issuers' }
)

$explanations = @(
    [TlsTrust.TlsErrorExplanation] @{
        Client = 'pip'; MessageId = 'openssl-20'; Endpoint = 'packages.önkormányzat.example:8443'; HostName = 'packages.önkormányzat.example'; Port = 8443
        Message = "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)'))"
        Meaning = 'An issuer was not found. A missing intermediate and a root that is not trusted give this same error: only more evidence tells them apart.'
        Causes = Get-List Cause MissingIntermediate, PrivateRoot, Interception, MissingPublicRoot, StoreUnusable
        Program = 'pip'; Side = 'Client'; Certain = $false; FindingIds = Get-List FindingId RevocationUnknown
        Remedy = 'Test the endpoint. If the server leaves out an intermediate, it must send it; if a private root or an inspecting proxy stands behind it, add that root.'
        StoreFile = '/srv/build agents/python environments/nightly-3.11/lib/python3.11/site-packages/certifi/cacert.pem'
        NextCommand = "Test-TlsEndpoint packages.önkormányzat.example:8443 -TrustStore '/srv/build agents/python environments/nightly-3.11/lib/python3.11/site-packages/certifi/cacert.pem'"
        OpenSslCode = 20; LogFile = '/var/log/build agents/nightly-3.11/2026-01-01T00-00-00Z/önkormányzat-packages/stderr.log'; Line = 1207; Count = 3; Source = 'OpenSSL crypto/x509/x509_txt.c'
    }
    [TlsTrust.TlsErrorExplanation] @{
        Client = 'Invoke-WebRequest'; MessageId = 'proxy-407'; Message = 'The remote server returned an error: (407) Proxy Authentication Required.'; Meaning = 'The proxy wants to know who asks.'
        Causes = Get-List Cause ProxyAuthenticationRequired, ClientCertificateRequired; NextCommand = 'Test-TlsEndpoint (Read-Host ''host:port'')'; Line = 1; Source = 'tried'
        Side = 'Network'; Certain = $false; Remedy = 'Give the client the credentials for the proxy.'; Path = 'C:\Program Files\Proxy\client.pfx'
    }
)

$changes = @(
    [TlsTrust.PemChange] @{ What = 'GluedMarkers'; Line = 24; Column = 26; Severity = 'Error'; Why = 'The end marker and the next begin marker are on one line.'; Clients = Get-Text 'OpenSSL: file lost', 'Node.js: certificate lost', '.NET: certificate lost' }
    [TlsTrust.PemChange] @{ What = 'IntermediateAsAnchor'; Line = 120417; Severity = 'Warning'; Why = "$gold is an intermediate: curl, GnuTLS, Go and Java take it for an anchor of its own, Node.js, Python before 3.13, Ruby and .NET do not." }
    [TlsTrust.PemChange] @{ What = 'LineEnding'; Severity = 'Information'; Why = 'Lines end in CRLF and are to end in LF.' }
)
$unread = [TlsTrust.PemChange] @{ What = 'NotBase64'; Line = 61; Column = 12; Severity = 'Error'; Why = 'A character that is not of the base64 alphabet: ß (U+00DF).'; Clients = Get-Text 'OpenSSL: file lost', 'Go: certificate lost' }
$bundles = @(
    [TlsTrust.PemRepairReport] @{
        Path = '/usr/local/share/ca-certificates/önkormányzat/company-roots-and-intermediates-2026.pem'; Kind = 'Trust'; KindReason = 'all its certificates are CAs'; Form = 'PEM'
        IsSound = $false; Changed = $true; Changes = Get-List PemChange $changes[0, 2]; Notes = Get-List PemChange $changes[1]; Unrecovered = Get-List PemChange $unread
        Before = Get-List ChainCertificate $root; After = Get-List ChainCertificate $root, $longCA
        Summary = '/usr/local/share/ca-certificates/önkormányzat/company-roots-and-intermediates-2026.pem: trust bundle with 2 certificates, 1 not readable; 2 to mend: The end marker and the next begin marker are on one line.'
    }
    [TlsTrust.PemRepairReport] @{
        Path = '/srv/tls/www.example.org.pem'; Destination = '/srv/tls/live/www.example.org/fullchain-with-a-name-that-says-everything-2026-01-01.pem'; Kind = 'Server'; KindReason = 'one of its certificates is no CA, all others are'; Form = 'PEM'
        IsSound = $false; Changed = $true; Written = $true; KeyMatches = $true; Backup = '/srv/tls/www.example.org.pem.bak'
        Changes = Get-List PemChange ([TlsTrust.PemChange] @{ What = 'MissingIntermediate'; Severity = 'Error'; Why = "$($issuing.Subject) was missing and is added, from $($issuing.Origin)." })
        Before = Get-List ChainCertificate $leaf; After = Get-List ChainCertificate $leaf, $issuing
        Summary = "/srv/tls/www.example.org.pem: server file with 2 certificates; 1 to mend: $($issuing.Subject) was missing and is added, from $($issuing.Origin)."
    }
    [TlsTrust.PemRepairReport] @{
        Path = '/srv/tls/two-leaves.pem'; Kind = 'Server'; KindReason = 'as asked for'; Form = 'PEM'; IsSound = $false; Changed = $false; KeyMatches = $false
        Refusal = "The order can't be told: two of its certificates are no CAs, and the private key belongs to neither of them."
        Before = Get-List ChainCertificate $leaf, $longLeaf; After = Get-List ChainCertificate $leaf, $longLeaf
        Summary = "/srv/tls/two-leaves.pem: The order can't be told: two of its certificates are no CAs, and the private key belongs to neither of them."
    }
    [TlsTrust.PemRepairReport] @{
        Path = ''; Destination = '/srv/tls/new.pem'; Kind = 'Trust'; KindReason = 'as asked for'; Form = 'PEM'; IsSound = $true; Changed = $false; Written = $true
        After = Get-List ChainCertificate $root; Summary = '/srv/tls/new.pem: sound trust bundle with 1 certificate'
    }
)

$insecure = @(
    [TlsTrust.InsecureSetting] @{ Program = 'node'; ProgramName = 'Node.js'; Setting = 'NODE_TLS_REJECT_UNAUTHORIZED'; Value = '0'; Scope = 'Process'; TurnsOff = 'verification'; Evidence = 'Run'; Source = 'tried'; Undo = 'Remove-Item Env:NODE_TLS_REJECT_UNAUTHORIZED' }
    [TlsTrust.InsecureSetting] @{ Program = 'git'; ProgramName = 'git'; Setting = 'http.https://git.önkormányzat.example/szolgáltatások/.sslverify'; Value = 'false'; Scope = 'Project'; File = '/srv/build agents/nightly/checkouts/önkormányzat-szolgáltatások/.git/config'; Line = 17; TurnsOff = 'verification'; Evidence = 'Run'; Source = 'tried'; Undo = 'git config --unset' }
    [TlsTrust.InsecureSetting] @{ Program = 'pip'; ProgramName = 'pip'; Setting = 'global.trusted-host'; Value = "pypi.example.org`nfiles.example.org"; Scope = 'Machine'; File = '/etc/pip.conf'; Line = 3; TurnsOff = 'listedHosts'; Evidence = 'Sourced'; Source = 'pip'; Undo = 'pip config unset global.trusted-host' }
    [TlsTrust.InsecureSetting] @{ Program = 'composer'; ProgramName = 'Composer'; Setting = 'config.disable-tls'; Value = 'true'; Scope = 'User'; File = '/home/jürgen/.config/composer/config.json'; Line = 4; TurnsOff = 'proxyVerification'; Evidence = 'Hint'; Source = 'composer'; Undo = 'composer config --global --unset disable-tls' }
)

$certifi = '/srv/build agents/python environments/nightly-3.11/lib/python3.11/site-packages/certifi/cacert.pem'
$programs = @(
    [TlsTrust.ProgramTrust] @{ Program = 'curl'; ProgramName = 'curl'; Scope = 'Process'; Executable = '/usr/bin/curl'; Store = "$debian + /etc/ssl/certs"; Reason = 'default'; Effect = 'Default'; AnchorCount = 146; Status = 'Ok'; Detail = ''; Evidence = 'Run'; Endpoint = 'www.example.org:443'; Accepts = $true }
    [TlsTrust.ProgramTrust] @{
        Program = 'python-requests'; ProgramName = 'Python requests'; Scope = 'Process'; Executable = '/usr/bin/python3'; Store = $certifi; Reason = 'REQUESTS_CA_BUNDLE (/etc/profile.d/önkormányzat-proxy.sh, line 12); CURL_CA_BUNDLE (process)'
        Effect = 'Replaces'; AnchorCount = 1; Status = 'PublicRootsLost'; Detail = 'its one anchor is no public root; servers of the internet are refused'; Evidence = 'Run'; Endpoint = 'www.example.org:443'; Accepts = $false
        AcceptsDetail = 'MissingPublicRoot: the store lacks CN=Example Root, O=Example Trust'; Insecure = Get-List InsecureSetting $insecure[0, 2]
    }
    [TlsTrust.ProgramTrust] @{ Program = 'dotnet'; ProgramName = '.NET'; Scope = 'Process'; Store = 'nothing'; Reason = 'default'; Effect = 'Default'; AnchorCount = $null; Status = 'Unknown'; Detail = 'its default store was not found'; Evidence = 'Hint'; Endpoint = 'www.example.org:443'; AcceptsDetail = 'its default store was not found' }
    [TlsTrust.ProgramTrust] @{ Program = 'node'; ProgramName = 'Node.js'; Scope = 'Process'; Executable = '/usr/bin/node'; Store = 'built in'; Reason = 'default'; Effect = 'Default'; AnchorCount = 144; Status = 'Ok'; Detail = ''; Evidence = 'Run' }
)

$bundle = '/home/jürgen/.local/share/TlsTrust/önkormányzat/trust-bundle-with-public-roots.pem'
$effect = 'replaces the store; the public roots are in the bundle; at once, for programs that this process starts; gone with it (also with a job or a remote session)'
$settings = @(
    [TlsTrust.TrustEnvironmentChange] @{ Program = 'openssl'; Setting = 'SSL_CERT_FILE'; Scope = 'Process'; Before = $debian; After = $bundle; Effect = $effect; Verified = 'ReadBack'; VerifiedDetail = 'read back; 1 added, 142 public roots' }
    [TlsTrust.TrustEnvironmentChange] @{ Program = 'java'; Setting = 'JAVA_TOOL_OPTIONS'; Scope = 'User'; After = '-Djavax.net.ssl.trustStore=/srv/pki/trust-store.p12 -Djavax.net.ssl.trustStorePassword=changeit -Djavax.net.ssl.trustStoreType=PKCS12'; Effect = 'replaces the store; the public roots are in the bundle; from the next login on; shells that are open keep what they have'; Verified = 'Refused'; VerifiedDetail = 'www.example.org:443: PKIX path building failed: unable to find valid certification path to requested target' }
    [TlsTrust.TrustEnvironmentChange] @{ Program = 'php-curl'; Setting = 'curl.cainfo.with.a.long.name'; Scope = 'Project'; File = '/srv/build agents/nightly/önkormányzat/.config/99-tlstrust.ini'; Line = 3; Before = '/old.pem'; Effect = 'the next time the program starts'; Verified = 'Failed'; VerifiedDetail = 'something else was read back; a later file of the login may set it again' }
    [TlsTrust.TrustEnvironmentChange] @{ Program = 'git'; Setting = 'http.sslcainfo'; Scope = 'User'; File = '/home/jürgen/.gitconfig'; After = $bundle; Effect = 'the next time the program starts'; Verified = 'NotChecked' }
)

$stores = @(
    [TlsTrust.FoundTrustStore] @{ Kind = 'SystemBundle'; Location = $debian; Target = $debian; AnchorCount = 146; PublicRootCount = 146; Status = 'Ok'; Detail = '' }
    [TlsTrust.FoundTrustStore] @{ Kind = 'JavaKeyStore'; Location = '/usr/lib/jvm/java-21-openjdk-amd64/lib/security/cacerts'; Target = '/etc/ssl/certs/java/cacerts'; AnchorCount = 0; PublicRootCount = 0; Status = 'Unreadable'; Detail = 'its password is not one of those that are known' }
    [TlsTrust.FoundTrustStore] @{ Kind = 'Certifi'; Location = $certifi; Target = $certifi; AnchorCount = 0; PublicRootCount = 0; Status = 'Malformed'; Detail = 'line 4021: a character that is not of the base64 alphabet: ß (U+00DF)' }
    [TlsTrust.FoundTrustStore] @{ Kind = 'SystemDirectory'; Location = '/home/jürgen/証明書/信頼された認証局の証明書をすべて集めたディレクトリ/openssl'; Target = '/home/jürgen/証明書/信頼された認証局の証明書をすべて集めたディレクトリ/openssl'; AnchorCount = 12; PublicRootCount = 10; Status = 'StaleLinks'; Detail = '3 hashed names lead nowhere, the first 5ad8a5d6.0' }
)

$differences = @(
    [TlsTrust.ReportDifference] @{
        Endpoint = 'www.example.org:443'; Changes = Get-List ReportChange Verdict, Cause; VerdictBefore = 'Trusted'; Verdict = 'Untrusted'; Cause = 'MissingIntermediate'; IsWorse = $true; DaysLeft = 90
        CheckedAt = $start.AddDays(275); Summary = 'was trusted, is untrusted (missing Example Issuing CA, found by AIA)'
    }
    [TlsTrust.ReportDifference] @{
        Endpoint = 'ldaps://directory.example.org:636'; Changes = Get-List ReportChange Renewed, Issuer, Store; VerdictBefore = 'Trusted'; Verdict = 'Trusted'; RenewedByDays = 365; DaysLeft = 455; CheckedAt = $start.AddDays(275)
        Summary = "renewed by 365 days, until 2028-01-01; issued by $gold, before by CN=Example Issuing CA, O=Example Trust"
    }
    [TlsTrust.ReportDifference] @{ Endpoint = '192.0.2.9:8443'; Changes = Get-List ReportChange Gone; VerdictBefore = 'Unreachable'; CheckedAt = $start.AddDays(275); Summary = 'not looked at any more; it was unreachable (no answer from port 8443)' }
)

$failures = @(
    [TlsTrust.MachineFailure] @{ Machine = 'web7.example.org'; Command = 'Test-TlsEndpoint'; Fault = 'ShellTooOld'; Summary = 'The session runs Windows PowerShell 5.1.20348.2227; the module needs PowerShell 7.4 or later.'; Remedy = 'Open it with New-PSSession -ConfigurationName PowerShell.7 (there, once: install PowerShell 7 and run Enable-PSRemoting in it), or over SSH with -HostName.' }
    [TlsTrust.MachineFailure] @{ Machine = 'önkormányzat-3'; Command = 'Set-TrustBundleEnvironment'; Fault = 'NoAnswer'; Summary = 'It said nothing for 10 minutes.'; Remedy = 'Look at what the machine is doing; then run the same line again.' }
)

$machines = @(
    [TlsTrust.MachineDifference] @{ Endpoint = 'www.example.org:443'; Works = Get-Text 'web1', 'web2', 'web3', 'web4', 'web5', 'web6', 'web7'; Fails = Get-Text 'build-agent-17.internal.example.org', 'db1'; Decides = 'MissingRoot'; Summary = "$debian + /etc/ssl/certs has no CN=Example Root, O=Example Trust" }
    [TlsTrust.MachineDifference] @{ Endpoint = 'ldaps://directory.example.org:636'; Works = Get-Text 'web1'; Fails = Get-Text 'önkormányzat-3'; Decides = 'Clock'; Summary = 'its clock is 400 days ahead: expired 101 days ago: directory.example.org' }
    [TlsTrust.MachineDifference] @{ Program = 'curl'; Works = Get-Text 'web1', 'web2'; Fails = Get-Text @(); Decides = 'None'; Summary = 'works on all 2 machines' }
)

@{
    MachineDifference = $machines
    MachineFailure = $failures
    ReportDifference = $differences
    EndpointReport = $reports; Finding = $reports[0].Findings; ChainCertificate = $reports[0].BuiltPath, $chains[1].BuiltPath | ForEach-Object { $_ }; ClientVerdict = $clients
    CertificateChain = $chains; ChainPath = $paths; IssuerMatch = $issuers; IssuerAttempt = $attempts; IntermediateImportResult = $imports
    TlsErrorExplanation = $explanations; PemRepairReport = $bundles; PemChange = $changes + $unread
    ProgramTrust = $programs; InsecureSetting = $insecure; TrustEnvironmentChange = $settings; FoundTrustStore = $stores
}
