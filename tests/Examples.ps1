<#
.SYNOPSIS
The examples of the help pages and of README, and a made world to run them in: a home and a folder with the files that they name, lab servers
for the hosts that they name, words of the programs that stand before a pipe.
#>
. $PSScriptRoot/Lab.ps1
. $PSScriptRoot/Shell.ps1

function Get-Example {
    # Every example of the cmdlets' pages, every block of commands of the about_ pages and of README: name and code.
    $root = Split-Path $PSScriptRoot
    foreach ($page in Get-ChildItem (Join-Path $root en-US) -Filter '*-*.md') {
        $text = Get-Content $page -Raw
        foreach ($match in [regex]::Matches($text, '(?ms)^### Example (\d+):[^\n]*\n.*?^```powershell\r?\n(.*?)^```')) {
            @{ name = "$($page.BaseName) $($match.Groups[1].Value)"; code = $match.Groups[2].Value.TrimEnd() }
        }
    }

    foreach ($page in Get-ChildItem (Join-Path $root en-US) -Filter 'about_*.md') {
        $number = 0
        foreach ($match in [regex]::Matches((Get-Content $page -Raw), '(?m)(?:^    (?=\$|exit |[A-Z][a-z]+-[A-Z]).*\n)+')) {
            @{ name = "$($page.BaseName) $((++$number))"; code = ($match.Value -replace '(?m)^    ').TrimEnd() }
        }
    }

    $number = 0
    foreach ($match in [regex]::Matches((Get-Content (Join-Path $root README.md) -Raw), '(?ms)^```powershell\r?\n(.*?)^```')) {
        # What begins with a session is one script, else each line stands alone.
        $block = $match.Groups[1].Value.TrimEnd()
        foreach ($code in $block.StartsWith('$s = ') ? $block : $block -split "`r?`n") {
            @{ name = "README $((++$number))"; code = $code }
        }
    }
}

function New-ExampleWorld {
    # The files; everything an example names is there. Returns what stands for the hosts.
    param([string] $Folder)
    $made = & { . $PSScriptRoot/PemBundle.ps1; @{ Leaf = $leaf; Key = $key; Intermediate = $intermediate; Root = $root } }
    $null = New-Item "$Folder/home/.cache", "$Folder/certs", "$Folder/certificates", "$Folder/logs", "$Folder/nginx/ssl", "$Folder/node-exporter" -ItemType Directory -Force
    Push-Location $Folder
    try {
        $missing = Get-LabParameter missing-intermediate
        $sent = Get-LabParameter private-root-sent
        $trusted = (Get-LabScenario trusted).endpoint
        $unsent = Get-LabParameter private-root-not-sent
        Set-Content store.pem (Get-Content $missing.TrustStore -Raw), $made.Root
        Set-Content new-bundle.pem (Get-Content store.pem -Raw)
        $private = Test-TlsEndpoint @sent
        Set-Content company-root.pem $private.BuiltPath[-1].Pem
        $report = Test-TlsEndpoint @missing
        $report, (Test-TlsEndpoint $trusted -TrustStore store.pem) | Export-Clixml yesterday.xml -Depth 4
        Copy-Item yesterday.xml report.xml
        $served = Test-TlsEndpoint $trusted -TrustStore store.pem
        Set-Content renewed.pem $served.Presented[0].Pem
        Set-Content intermediates.pem $report.MissingIssuer.Pem, $made.Intermediate
        Set-Content served.pem $report.Presented[0].Pem
        Set-Content server.pem $made.Leaf, $made.Intermediate
        Set-Content server.key $made.Key
        Set-Content ca-bundle.crt (Get-Content store.pem -Raw)
        Copy-Item server.pem certs/a.pem
        Set-Content certificates/a.pem $made.Intermediate, $made.Leaf
        Copy-Item certificates/a.pem nginx/ssl/b.crt
        $one = [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($made.Leaf, $made.Key)
        [System.IO.File]::WriteAllBytes("$Folder/site.pfx", $one.Export('Pfx', 'secret'))

        Set-Content hosts.txt '# the shop', $trusted, '', $missing.Endpoint
        Set-Content endpoints.txt $missing.Endpoint
        Set-Content hosts.csv 'Server,Owner,Site', "$trusted,web team,north", "$($missing.Endpoint),shop team,south"
        Set-Content endpoints.csv 'HostName,Port', ($trusted -replace ':', ','), ($missing.Endpoint -replace ':', ',')
        Set-Content logs/a.log "curl: (60) SSL certificate problem: unable to get local issuer certificate, https://$($missing.Endpoint)/"
        Set-Content home/.gitconfig "[http]`n`tsslVerify = false"

        # Each program that is installed is asked by some examples: these three are enough, and every machine answers alike.
        $null = New-Item bin -ItemType Directory
        foreach ($program in $IsWindows ? @() : @(Get-Command curl, git, openssl -CommandType Application -ErrorAction Ignore | Sort-Object Name -Unique)) {
            $null = New-Item "bin/$($program.Name)" -ItemType SymbolicLink -Target $program.Source
        }

        $url = ($report.BuiltPath | Where-Object Origin -Like 'http*')[0].Origin
        @{
            # The order matters: what is longer comes first.
            Hosts  = [ordered] @{
                '(?<=-HostName )www\.example\.org'               = 'localhost'
                '192\.0\.2\.10:8443|intranet\.example\.org'     = $sent.Endpoint
                'https://ccadb\S+'                               = $url
                'smtp://mail\.example\.org'                      = (Get-LabScenario starttls-refused).endpoint
                '(mail|git|db01|db02|ts01)\.example\.org'        = $trusted
                'www\.example\.org'                              = $missing.Endpoint
                '/var/lib/prometheus/node-exporter'              = './node-exporter'
                '/etc/nginx/ssl'                                 = './nginx/ssl'
            }
            Missing     = $missing.Endpoint
            Fingerprint = $private.BuiltPath[-1].Sha256
            Confirmed   = $report.BuiltPath[-1].Sha256
        }
    }
    finally {
        Pop-Location
    }
}

# Before each example: this machine's variables are not there, and what stands for people, other programs and a clipboard is.
$exampleStart = {
    param([string] $World, [string] $Endpoint)
    Set-Location $World
    foreach ($name in 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'AWS_CA_BUNDLE', 'CARGO_HTTP_CAINFO', 'JAVA_TOOL_OPTIONS') {
        Remove-Item "Env:$name" -ErrorAction Ignore
    }

    $env:HOME = $env:USERPROFILE = $env:LOCALAPPDATA = "$World/home"
    $env:XDG_CACHE_HOME = "$World/home/.cache"
    $env:SSL_CERT_FILE = "$World/store.pem"
    $env:GITHUB_STEP_SUMMARY = "$World/summary.md"
    $port = ($Endpoint -split ':')[1]
    $said = @{
        npm            = "npm ERR! code UNABLE_TO_VERIFY_LEAF_SIGNATURE`nnpm ERR! request to https://$Endpoint/left-pad failed, reason: unable to verify the first certificate"
        pip            = "HTTPSConnectionPool(host='localhost', port=$port): Max retries exceeded with url: /simple/requests/ (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)')))"
        curl           = "curl: (60) SSL certificate problem: unable to get local issuer certificate, https://$Endpoint/"
        'Get-WinEvent' = 'A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 48.'
    }
    foreach ($name in $said.Keys) {
        Set-Item "Function:global:$name" ([scriptblock]::Create("'$($said[$name] -replace "'", "''")'"))
    }

    function global:Read-Host { [System.Net.NetworkCredential]::new('', 'secret').SecurePassword }
    function global:Set-Clipboard { process { $_ } }
}

function Invoke-ExamplePage {
    # Runs the examples of a page in a fresh shell, each with nothing of the others in a copy of the world; gives for each its output as text, the ids of its errors
    # and its exit code.
    param([object[]] $Examples, [string] $World, [hashtable] $Names, [string] $Folder, [string] $Before = '')
    foreach ($example in $Examples) {
        $own = (New-Item (Join-Path $Folder ($example.name -replace ' ', '-')) -ItemType Directory -Force).FullName
        Copy-Item "$World/*" $own -Recurse -Force -Exclude bin
        $code = $example.code
        foreach ($pattern in $Names.Hosts.Keys) {
            $code = $code -replace $pattern, $Names.Hosts[$pattern]
        }

        if ($example.code -match 'www\.example\.org \| Repair-PemBundle|Find-MissingIssuer \./server') {
            Copy-Item "$own/served.pem" "$own/server.pem"
        }

        Set-Content (Join-Path $own example.ps1) $code
    }

    Set-Content "$Folder/run.ps1" @"
`$results = @{}
foreach (`$name in '$($Examples.name -join "', '")') {
    `$shell = [powershell]::Create()
    `$null = `$shell.AddScript({
        param(`$World)
        `$env:PATH = '$($IsWindows ? $env:PATH : "$World/bin")'
        Import-Module '$env:TLSTRUST_MODULE'
        & { $exampleStart } `$World '$($Names.Missing)'
        `$global:fingerprint = '$($Names.Fingerprint)'
        `$global:confirmed = '$($Names.Confirmed)'
        `$global:reports = Import-Clixml report.xml
        $Before
    }).AddArgument("$Folder/`$(`$name -replace ' ', '-')").Invoke()
    `$shell.Commands.Clear()
    `$shell.Streams.ClearStreams()
    `$ended = 0
    try {
        `$text = "`$(`$shell.AddScript('`$Error.Clear(); & ./example.ps1 *>&1 | Out-String -Width 120').Invoke())"
    }
    catch {
        `$text = "`$_"
        `$ended = 1
    }

    `$shell.Commands.Clear()
    `$errors, `$exit = `$shell.AddScript('@{ Errors = @(`$Error | ForEach-Object FullyQualifiedErrorId | Where-Object { `$_ }) }; [int] `$LASTEXITCODE').Invoke()
    `$results[`$name] = @{ Text = `$text; Exit = `$exit + `$ended; Errors = `$errors.Errors }
}
`$results | ConvertTo-Json -Depth 4 | Set-Content '$Folder/results.json'
"@
    $said = Invoke-Shell -File "$Folder/run.ps1" 2>&1
    if (-not (Test-Path "$Folder/results.json")) {
        throw "the shell ended with $LASTEXITCODE`: $said"
    }

    Get-Content "$Folder/results.json" -Raw | ConvertFrom-Json -AsHashtable
}
