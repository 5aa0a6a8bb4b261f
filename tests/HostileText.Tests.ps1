# What certificates, servers, files and logs hold must steer no terminal, log or spreadsheet, whichever cmdlet shows it and in whatever form.
BeforeAll {
    Import-Module $env:TLSTRUST_MODULE
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
    $folder = Join-Path ([IO.Path]::GetTempPath()) "tlstrust-hostile-$PID"
    $null = New-Item -ItemType Directory $folder
    $cacheBefore = $env:XDG_CACHE_HOME
    $env:XDG_CACHE_HOME = Join-Path $folder cache
    $e = [char]27
    $evil = "$e]0;PWN`a$e[31mRED`r`nX-Injected: 1`u{202E}gpj`u{202C}`u{200B}`u{2066}`u{2028}`u{2029}`u{85}`u{9B}31m`u{E0041}`u{FE0F}`u{0}end"

    function Write-Name([Formats.Asn1.AsnWriter] $writer, [string[]] $values) {
        $null = $writer.PushSequence([Nullable[Formats.Asn1.Asn1Tag]]$null)
        foreach ($pair in @(, @('2.5.4.10', $values[1])) + @(, @('2.5.4.3', $values[0]))) {
            $null = $writer.PushSetOf([Nullable[Formats.Asn1.Asn1Tag]]$null)
            $null = $writer.PushSequence([Nullable[Formats.Asn1.Asn1Tag]]$null)
            $writer.WriteObjectIdentifier($pair[0], [Nullable[Formats.Asn1.Asn1Tag]]$null)
            $writer.WriteCharacterString([Formats.Asn1.UniversalTagNumber]::UTF8String, $pair[1], [Nullable[Formats.Asn1.Asn1Tag]]$null)
            $writer.PopSequence()
            $writer.PopSetOf()
        }
        $writer.PopSequence()
    }

    function New-Tagged([byte] $tag, [byte[]] $content) {
        $length = if ($content.Length -lt 128) { [byte[]]@($content.Length) } elseif ($content.Length -lt 256) { [byte[]]@(0x81, $content.Length) } else { [byte[]]@(0x82, ($content.Length -shr 8), ($content.Length -band 255)) }
        , [byte[]](@($tag) + $length + $content)
    }

    # A certificate whose every text is hostile: names, alternative names, URLs.
    function New-HostileCertificate {
        $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $subject = [Formats.Asn1.AsnWriter]::new('DER')
        Write-Name $subject @("=cmd|' /C calc'!A0$evil", $evil)
        $issuer = [Formats.Asn1.AsnWriter]::new('DER')
        Write-Name $issuer @("+issuer$evil", $evil)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
            [Security.Cryptography.X509Certificates.X500DistinguishedName]::new($subject.Encode()), $key, 'SHA256')
        $latin = [Text.Encoding]::Latin1.GetBytes("=cmd|' /C calc'!A0$e[31m`a`0`r`n`u{9B}x")
        $url = [Text.Encoding]::Latin1.GetBytes("http://127.0.0.1:1/$e[31m`r`nX: 1")
        $san = New-Tagged 0x30 ((New-Tagged 0x82 $latin) + (New-Tagged 0x81 $latin) + (New-Tagged 0x86 $url))
        $aia = New-Tagged 0x30 (New-Tagged 0x30 ([byte[]]@(6, 8, 0x2B, 6, 1, 5, 5, 7, 0x30, 2) + (New-Tagged 0x86 $url)))
        $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509Extension]::new('2.5.29.17', $san, $false))
        $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509Extension]::new('1.3.6.1.5.5.7.1.1', $aia, $false))
        $generator = [Security.Cryptography.X509Certificates.X509SignatureGenerator]::CreateForECDsa($key)
        $made = $request.Create([Security.Cryptography.X509Certificates.X500DistinguishedName]::new($issuer.Encode()), $generator,
            [DateTimeOffset]::UtcNow.AddDays(-400), [DateTimeOffset]::UtcNow.AddDays(-2), [byte[]](1..8))
        [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::CopyWithPrivateKey($made, $key)
    }

    $certificate = New-HostileCertificate
    $pem = Join-Path $folder made.pem
    Set-Content $pem $certificate.ExportCertificatePem()
    $shared = foreach ($base in $env:TLSTRUST_SHARED, (Join-Path $PSScriptRoot '../../shared'), (Join-Path $PSScriptRoot '../../../shared')) {
        if ($base) { Join-Path $base corpora/paths-found/names-with-control-characters.pem }
    }
    $files = @($pem) + @($shared | Where-Object { Test-Path $_ } | Select-Object -First 1)
    if (-not $IsWindows) {
        $odd = Join-Path $folder "odd$e[31m`u{202E}name.pem"
        [IO.File]::Copy($pem, $odd)
        $files += $odd
    }

    # Two servers: one with the certificate, one that greets with escapes.
    $listeners = 1..2 | ForEach-Object { $made = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0); $made.Start(); $made }
    $server = Start-ThreadJob -ArgumentList $listeners[0], $certificate {
        param($listener, $certificate)
        $own = [Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.Export('Pkcs12'))
        while ($true) {
            $client = $listener.AcceptTcpClient()
            $stream = [Net.Security.SslStream]::new($client.GetStream())
            try { $stream.AuthenticateAsServer($own); $null = $stream.ReadByte() } catch { $null = $_ } finally { $client.Dispose() }
        }
    }
    $banner = Start-ThreadJob -ArgumentList $listeners[1], $evil {
        param($listener, $evil)
        while ($true) {
            $client = $listener.AcceptTcpClient()
            $bytes = [Text.Encoding]::UTF8.GetBytes("554 =cmd $evil`r`n")
            try { $client.GetStream().Write($bytes, 0, $bytes.Length); Start-Sleep -Milliseconds 200 } catch { $null = $_ } finally { $client.Dispose() }
        }
    }
    $tls = "127.0.0.1:$($listeners[0].LocalEndpoint.Port)"
    $plain = "127.0.0.1:$($listeners[1].LocalEndpoint.Port)"
    $smtp = "smtp://$plain"

    $hidden = [regex]'[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uFE00-\uFE0F-[\r\n\t]]'

    # Every output of a command in every form in which a shell writes it.
    function Get-Output([scriptblock] $command) {
        $ErrorActionPreference = 'Continue'
        $records = @(& $command *>&1)
        $records | Out-String -Width 500
        $records | Format-List * -Force | Out-String -Width 5000
        $records | Format-Table * -Force | Out-String -Width 500
        $records | ForEach-Object { "$_" }
        $objects = @($records | Where-Object { $_ -isnot [Management.Automation.ErrorRecord] -and $_ -isnot [Management.Automation.InformationalRecord] })
        foreach ($object in $objects) {
            foreach ($list in 'Findings', 'Presented', 'BuiltPath', 'Changes', 'Notes', 'Unrecovered', 'Before', 'After', 'Clients', 'Attempts', 'Candidates') {
                if ($object.PSObject.Properties[$list].Value -is [Collections.IEnumerable] -and $object.$list -isnot [string]) {
                    $object.$list | Format-List * | Out-String -Width 5000
                    $object.$list | ConvertTo-Csv
                }
            }
        }
        ($objects | ConvertTo-Csv) -join "`n"
        $objects | ConvertTo-Json -Depth 6 -EnumsAsStrings -WarningAction Ignore
    }

    # Reports as if of two machines, whose names are not ours either.
    function Get-MachineReports {
        foreach ($machine in 'a', "b$evil") {
            $xml = [Management.Automation.PSSerializer]::Serialize((Test-TlsEndpoint $tls)) -replace '(<Props>|<MS>)', "`$1<S N=`"Machine`">$([Security.SecurityElement]::Escape($machine) -replace '[\p{Cc}]', '_x001B_')</S>"
            [Management.Automation.PSSerializer]::Deserialize($xml)
        }
    }

    function Get-Formula([scriptblock] $command) {
        $ErrorActionPreference = 'Continue'
        foreach ($object in & $command 2>$null) {
            foreach ($row in @($object) + @($object.Findings) + @($object.Presented) + @($object.Changes) + @($object.Attempts)) {
                if ($null -eq $row) { continue }
                ($row | ConvertTo-Csv | ConvertFrom-Csv).PSObject.Properties |
                    Where-Object { $_.Name -ne 'Pem' -and $_.Value -match '^[=+@-].' -and $_.Value -notmatch '^-?\d+$' } | ForEach-Object { "$($_.Name): $($_.Value)" }
            }
        }
    }

    function Find-Hidden([string[]] $output) {
        foreach ($text in $output) {
            foreach ($match in $hidden.Matches($text)) {
                '{0:X4} in {1}' -f [int]$match.Value[0], ($hidden.Replace($text.Substring([Math]::Max(0, $match.Index - 40), [Math]::Min(80, $text.Length - [Math]::Max(0, $match.Index - 40))), '?'))
            }
        }
    }
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
    $env:XDG_CACHE_HOME = $cacheBefore

    # A thread that waits for a connection ends only with what it waits at.
    $listeners.ForEach({ $_.Stop() })
    $server, $banner | Wait-Job -Timeout 10 | Remove-Job -Force
    Remove-Item -Recurse -Force $folder
}

Describe 'Text from outside' {
    It 'is shown escaped by <Name>' -ForEach @(
        @{ Name = 'Get-CertificateChain'; Command = { Get-CertificateChain -LiteralPath $files -Verbose } }
        @{ Name = 'Get-CertificateChain -All'; Command = { Get-CertificateChain -LiteralPath $files -All -HostName 'x.test' -Verbose } }
        @{ Name = 'Find-MissingIssuer'; Command = { Find-MissingIssuer -LiteralPath $files -AllowPrivateAddress -Verbose } }
        @{ Name = 'Test-PemBundle'; Command = { Test-PemBundle -LiteralPath $files -Verbose } }
        @{ Name = 'Repair-PemBundle'; Command = { Repair-PemBundle -LiteralPath $files[0] -Destination (Join-Path $folder "out$([guid]::NewGuid()).pem") -AddMissing -Verbose } }
        @{ Name = 'Repair-PemBundle -Kind Trust'; Command = { Repair-PemBundle -LiteralPath $files[-1] -Kind Trust -Destination (Join-Path $folder "out$([guid]::NewGuid()).pem") -Verbose } }
        @{ Name = 'Import-IntermediateCertificate'; Command = { Import-IntermediateCertificate -LiteralPath $files -Verbose } }
        @{ Name = 'Test-TlsEndpoint'; Command = { Test-TlsEndpoint $tls -Verbose -ErrorIfUntrusted } }
        @{ Name = 'Test-TlsEndpoint with a banner'; Command = { Test-TlsEndpoint $smtp, $plain -Verbose -ErrorIfUntrusted -TimeoutSeconds 5 } }
        @{ Name = 'Test-TlsEndpoint with a hostile name'; Command = { Test-TlsEndpoint "a$evil.test", "=cmd$e", "http://x$e/" -Verbose -TimeoutSeconds 5 } }
        @{ Name = 'Resolve-TlsError'; Command = { Resolve-TlsError "curl: (60) SSL certificate problem: unable to get local issuer certificate $evil https://x$e.example/$e[31m" -Verbose } }
        @{ Name = 'Resolve-TlsError without a match'; Command = { Resolve-TlsError "nothing $evil" -Verbose } }
        @{ Name = 'Set-TrustBundleEnvironment'; Command = { Set-TrustBundleEnvironment $files[0] -Scope Process -WhatIf -Verbose } }
        @{ Name = 'Get-TrustBundleEnvironment'; Command = { $env:CURL_CA_BUNDLE = "/nowhere/$e[31m`u{202E}"; try { Get-TrustBundleEnvironment -Program curl -Verbose } finally { $env:CURL_CA_BUNDLE = $null } } }
        @{ Name = 'Resolve-TlsError of a log'; Command = { [IO.File]::WriteAllText((Join-Path $folder a.log), "$evil curl: (60) SSL: no alternative certificate subject name matches target host name 'a$evil' $evil`n"); Resolve-TlsError -LiteralPath (Join-Path $folder a.log) -Verbose } }
        @{ Name = 'Resolve-TlsError of an error record'; Command = { $record = [Management.Automation.ErrorRecord]::new([Exception]::new("The SSL connection could not be established $evil", [Exception]::new("unable to get local issuer certificate $evil")), "id$e", 'NotSpecified', "x$evil"); Resolve-TlsError -InputObject $record -Verbose } }
        @{ Name = 'Test-TlsEndpoint of a list with columns'; Command = { [pscustomobject] @{ Host = $tls; "Own$e[31mer" = $evil; Note = '=cmd' } | Test-TlsEndpoint -Verbose -AllAddresses } }
        @{ Name = 'Compare-TlsReport'; Command = { $tagged = [pscustomobject] @{ Host = $tls; Owner = $evil } | Test-TlsEndpoint; Compare-TlsReport -Reference $tagged -InputObject (Test-TlsEndpoint $smtp, $tls -TimeoutSeconds 5) -IncludeSame -Verbose } }
        @{ Name = 'Compare-TlsReport of machines'; Command = { Get-MachineReports | Compare-TlsReport -AcrossMachines -IncludeSame -Verbose } }
        @{ Name = 'Export-TlsReport'; Command = { Test-TlsEndpoint $tls | Export-TlsReport -As Markdown } }
        @{ Name = 'Update-TrustBundleEnvironment'; Command = { $env:SSL_CERT_FILE = "/nowhere/$e[31m`u{202E}"; try { Update-TrustBundleEnvironment -Scope Process -WhatIf -Verbose; Update-TrustBundleEnvironment -Scope Process -Verbose } finally { $env:SSL_CERT_FILE = $null } } }
        @{ Name = 'Repair-TrustBundleEnvironment'; Command = { $env:NODE_TLS_REJECT_UNAUTHORIZED = "0"; $env:GIT_SSL_CAINFO = "/nowhere/$e[31m"; try { Repair-TrustBundleEnvironment -WhatIf -Verbose } finally { $env:NODE_TLS_REJECT_UNAUTHORIZED = $env:GIT_SSL_CAINFO = $null } } }
        @{ Name = 'Remove-TrustBundleEnvironment'; Command = { Remove-TrustBundleEnvironment -Scope Process -WhatIf -Verbose; Remove-TrustBundleEnvironment -Scope Process -Verbose } }
        @{ Name = 'a path that is not there'; Command = { Get-CertificateChain -LiteralPath "/nowhere/$e[31m`u{202E}.pem"; Test-PemBundle -LiteralPath "/nowhere/$e[31m.pem"; Find-MissingIssuer -Path "/nowhere/$e[31m.pem" } }
    ) {
        $output = Get-Output $Command
        ($output -join '').Length | Should -BeGreaterThan 100
        Find-Hidden $output | Should -BeNullOrEmpty
    }

    It 'is looked at in every cmdlet' {
        $text = Get-Content -Raw $PSCommandPath
        foreach ($command in Get-Command -Module TlsTrust -CommandType Cmdlet) {
            $text | Should -Match "\{[^}]*$($command.Name) " -Because 'each one shows what others wrote'
        }
    }

    It 'is shown escaped in every form of Export-CertificateChain' {
        $type = (Get-Command Export-CertificateChain).Parameters['As'].ParameterType
        $forms = [Enum]::GetNames([Nullable]::GetUnderlyingType($type) ?? $type)
        $forms.Count | Should -BeGreaterThan 3
        foreach ($form in $forms) {
            $text = Get-CertificateChain -LiteralPath $files[0] -NoDownload | Export-CertificateChain -As $form 2>&1 | Out-String
            $text.Length | Should -BeGreaterThan 100
            Find-Hidden $text | Should -BeNullOrEmpty -Because "of $form"
        }
    }

    It 'is no formula in a CSV file' {
        Get-Formula { Get-CertificateChain -LiteralPath $files -NoDownload } | Should -BeNullOrEmpty
        Get-Formula { Test-TlsEndpoint $tls, $smtp, "=cmd" -TimeoutSeconds 5 } | Should -BeNullOrEmpty
        Get-Formula { Find-MissingIssuer -LiteralPath $files -NoDownload } | Should -BeNullOrEmpty
        Get-Formula { Test-PemBundle -LiteralPath $files } | Should -BeNullOrEmpty
    }

    It 'is still there as bytes' {
        $shown = (Get-CertificateChain -LiteralPath $pem -NoDownload).Presented[0]
        [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($shown.Pem).Thumbprint | Should -Be $certificate.Thumbprint
    }
}

Describe 'A file with a name that is not shown as it is' {
    It 'is repaired through the pipeline all the same' -Skip:$IsWindows {
        $before = [IO.File]::ReadAllText($odd)
        [IO.File]::WriteAllText($odd, $before + $before)
        $report = Test-PemBundle -LiteralPath $odd | Repair-PemBundle -NoBackup
        $report.Written | Should -BeTrue
        [regex]::Matches([IO.File]::ReadAllText($odd), 'BEGIN').Count | Should -Be 1
    }
}
