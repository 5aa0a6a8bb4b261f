#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeAll {
    . (Join-Path $PSScriptRoot 'PemBundle.ps1')
}

Describe 'Repair-PemBundle' {
    BeforeEach {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        $glued = Join-Path $folder 'glued.pem'
        Set-Content -LiteralPath $glued -NoNewline -Value ($bundle -replace "-----`n-----", '----------')
        $sound = Join-Path $folder 'sound.pem'
        Set-Content -LiteralPath $sound -NoNewline -Value $bundle
    }

    It 'mends a glued bundle, keeps a backup, and finds nothing to do the second time' {
        $damaged = Get-Content -LiteralPath $glued -Raw
        $report = Repair-PemBundle $glued
        $report.Changed | Should -BeTrue
        $report.Written | Should -BeTrue
        $report.Changes.What | Should -Contain 'GluedMarkers'
        $report.Changes[0].Clients | Should -Contain 'Go: file lost'
        $report.After.Count | Should -Be 3
        Get-Content -LiteralPath $report.Backup -Raw | Should -Be $damaged
        $hash = (Get-FileHash $glued).Hash
        (Repair-PemBundle $glued).Written | Should -BeFalse
        (Get-FileHash $glued).Hash | Should -Be $hash
    }

    It 'gives the same report with -WhatIf and writes nothing' {
        $before = (Get-FileHash $glued).Hash
        $planned = Repair-PemBundle $glued -WhatIf
        (Get-FileHash $glued).Hash | Should -Be $before
        $planned.Written | Should -BeFalse
        $done = Repair-PemBundle $glued -NoBackup
        "$($planned.Changes)" | Should -Be "$($done.Changes)"
        "$($planned.After)" | Should -Be "$($done.After)"
        @(Get-ChildItem $folder -Force).Count | Should -Be 2
    }

    It 'says after the repair what is left, not what there was to do' {
        $file = Join-Path $folder 'cut.pem'
        Set-Content -LiteralPath $file -NoNewline -Value ([char]0xFEFF + $bundle + $root.Substring(0, 300) + "`n-----END CERTIFICATE-----`n")
        $PSStyle.OutputRendering = 'PlainText'
        Repair-PemBundle $glued | Out-String -Width 100 | Should -Match ' repaired '
        $report = Repair-PemBundle $file
        $report.Summary | Should -Match '1 not readable; 1 mended: .* Not mended: line \d+'
        $report | Out-String -Width 100 | Should -Match ' partly '
    }

    It 'fails a script where something could not be mended' {
        $wrong = Join-Path $folder 'wrong.pem'
        Set-Content -LiteralPath $wrong -NoNewline -Value ($leaf + $intermediate + [System.Security.Cryptography.RSA]::Create(2048).ExportPkcs8PrivateKeyPem() + "`n")
        @(Repair-PemBundle $glued, $sound -NoBackup | Test-PemBundle -Quiet) | Should -Not -Contain $false
        @(Repair-PemBundle $glued, $wrong -NoBackup | Test-PemBundle -Quiet) | Should -Contain $false
    }

    It 'names the drive that is not there and the parameter that is missing' {
        { Repair-PemBundle $glued -Destination 'Nowhere:\x.pem' -ErrorAction Stop } | Should -Throw "*drive*'Nowhere'*"
        { Repair-PemBundle $glued -SearchPath $folder -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidCombination,TlsTrust.PowerShell.RepairPemBundleCommand'
        { Repair-PemBundle $glued -KeyPath $folder -ErrorAction Stop } | Should -Throw '*is a folder*'
    }

    It 'leaves a sound file alone and says so' {
        $time = (Get-Item $sound).LastWriteTimeUtc
        $report = Repair-PemBundle $sound
        $report.IsSound | Should -BeTrue
        $report.Changed | Should -BeFalse
        (Get-Item $sound).LastWriteTimeUtc | Should -Be $time
    }

    It 'takes paths, files and names with brackets from the pipeline' {
        $odd = Join-Path $folder 'a[1].pem'
        Copy-Item -LiteralPath $glued -Destination $odd
        @($glued, $sound | Repair-PemBundle -WhatIf).Count | Should -Be 2
        @(Get-ChildItem $folder -Filter *.pem | Repair-PemBundle -WhatIf).Count | Should -Be 3
        (Repair-PemBundle -LiteralPath $odd).Written | Should -BeTrue
    }

    It 'takes relative paths from the location of the shell' {
        Push-Location $folder
        try { (Repair-PemBundle ./glued.pem).Written | Should -BeTrue } finally { Pop-Location }
    }

    It 'repairs what Test-PemBundle reports' {
        $report = Test-PemBundle $folder | Repair-PemBundle
        @($report | Where-Object Written).Path | Should -Be $glued
        Test-PemBundle $folder -Quiet | Should -Not -Contain $false
    }

    It 'repairs as what the test was asked for, and tests as what the repair was' {
        $file = Join-Path $folder 'mixed.pem'
        Set-Content -LiteralPath $file -NoNewline -Value ($root + $intermediate + $leaf)
        $report = Test-PemBundle $file -Kind Trust | Repair-PemBundle
        $report.Kind | Should -Be 'Trust'
        $report.After.Count | Should -Be 3
        $report | Test-PemBundle -Quiet | Should -BeTrue
        (Test-PemBundle $file -Kind Trust | Repair-PemBundle -Kind Server -WhatIf).Kind | Should -Be 'Server'
    }

    It 'writes to a destination and overwrites it only with -Force' {
        $target = Join-Path $folder 'new.pem'
        $report = Repair-PemBundle $glued -Destination $target
        $report.Destination | Should -Be $target
        (Test-PemBundle $target).IsSound | Should -BeTrue
        { Repair-PemBundle $glued -Destination $target -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists,TlsTrust.PowerShell.RepairPemBundleCommand'
        (Repair-PemBundle $glued -Destination $target -Force -NoBackup).Written | Should -BeTrue
        @(Get-ChildItem $folder -Force).Count | Should -Be 3
    }

    It 'repairs in place where the destination is the file itself' {
        (Repair-PemBundle $glued -Destination $glued -Force -NoBackup).Written | Should -BeTrue
        (Repair-PemBundle $glued -Destination $glued -Force).Written | Should -BeFalse
        @(Get-ChildItem $folder -Force).Count | Should -Be 2
    }

    It 'takes one file for a destination, also with -WhatIf' {
        $null = Repair-PemBundle $glued, $sound -Destination (Join-Path $folder 'new.pem') -WhatIf -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -Be 'InvalidCombination,TlsTrust.PowerShell.RepairPemBundleCommand'
    }

    It 'puts a server file in order and checks its key' {
        $file = Join-Path $folder 'server.pem'
        Set-Content -LiteralPath $file -NoNewline -Value ($root + $intermediate + $leaf + $key)
        $report = Repair-PemBundle $file
        $report.Kind | Should -Be 'Server'
        $report.KeyMatches | Should -BeTrue
        $report.Changes.What | Should -Contain 'OutOfOrder'
        Get-Content -LiteralPath $file -Raw | Should -Be ($leaf + $intermediate + $key)
        $line = ($key -split "`n")[3]
        ($report | ConvertTo-Json -Depth 5).Contains($line) | Should -BeFalse
    }

    It 'adds the intermediate that is at hand' {
        $file = Join-Path $folder 'server.pem'
        $store = Join-Path $folder 'store.pem'
        Set-Content -LiteralPath $file -NoNewline -Value $leaf
        Set-Content -LiteralPath $store -NoNewline -Value ($intermediate + $root)
        $report, $verbose = (Repair-PemBundle $file -AddMissing -NoDownload -SearchPath $store -Verbose 4>&1).Where({ $_ -isnot [System.Management.Automation.VerboseRecord] }, 'Split')
        $report.Changes.What | Should -Contain 'MissingIntermediate'
        "$verbose" | Should -BeLike "*${store}*" -Because 'Verbose tells where it was looked for'
        Get-Content -LiteralPath $file -Raw | Should -Be ($leaf + $intermediate)
    }

    It 'takes certificates from the pipeline, and makes a new file of them' {
        $target = Join-Path $folder 'chain.pem'
        $certificates = $intermediate, $leaf | ForEach-Object { [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($_) }
        ($certificates | Repair-PemBundle -Destination $target).Written | Should -BeTrue
        Get-Content -LiteralPath $target -Raw | Should -Be ($leaf + $intermediate)
        $certificates | Repair-PemBundle -Destination $target -Force -NoBackup | Test-PemBundle -Quiet | Should -BeTrue
        $file = Join-Path $folder 'server.pem'
        Set-Content -LiteralPath $file -NoNewline -Value $leaf
        ($certificates[0] | Repair-PemBundle $file).Written | Should -BeTrue
        Get-Content -LiteralPath $file -Raw | Should -Be ($leaf + $intermediate)
    }

    It 'keeps who may read it' -Skip:$IsWindows {
        $file = Join-Path $folder 'server.pem'
        Set-Content -LiteralPath $file -NoNewline -Value ($intermediate + $leaf + $key)
        chmod 600 $file
        $report = Repair-PemBundle $file
        stat -c %a $file $report.Backup | Should -Be @('600', '600')
        $copy = Join-Path $folder 'copy.pem'
        $null = Repair-PemBundle $file -Destination $copy
        stat -c %a $copy | Should -Be '600'
    }

    It 'leaves a read-only file as it is, with an error and the report' -Skip:$IsWindows {
        chmod 444 $glued
        $report = Repair-PemBundle $glued -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -Be 'FileNotWritable,TlsTrust.PowerShell.RepairPemBundleCommand'
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $report.Written | Should -BeFalse
    }

    It 'does not replace a JSON document with PEM' {
        $file = Join-Path $folder 'config.json'
        Set-Content -LiteralPath $file -NoNewline -Value (@{ name = 'x'; ca = $bundle } | ConvertTo-Json)
        $before = (Get-FileHash $file).Hash
        $report = Repair-PemBundle $file -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -Be 'InvalidInput,TlsTrust.PowerShell.RepairPemBundleCommand'
        $report.Refusal | Should -Not -BeNullOrEmpty
        (Get-FileHash $file).Hash | Should -Be $before
        (Repair-PemBundle $file -Destination (Join-Path $folder 'ca.pem')).After.Count | Should -Be 3
    }

    It 'survives jobs and Clixml as an object' {
        $xml = Join-Path $folder 'report.xml'
        Repair-PemBundle $glued -WhatIf | Export-Clixml $xml
        $back = Import-Clixml $xml
        $back.Kind | Should -Be 'Trust'
        $back.Changes[0].What | Should -Be 'GluedMarkers'
        ($back | Repair-PemBundle).Written | Should -BeTrue
    }

    It 'brings a server back: nginx with a damaged file, the cause, the repair, and clients that are content' -Skip:(-not (Get-Command nginx -ErrorAction Ignore)) {
        $file = Join-Path $folder 'server.pem'
        $keyFile = Join-Path $folder 'server.key'
        $rootFile = Join-Path $folder 'root.pem'

        # The intermediate is quoted, as pasted from a mail: nginx loads the file and sends the leaf alone, without a word.
        Set-Content -LiteralPath $file -NoNewline -Value ($leaf + ($intermediate -replace '(?m)^(?=.)', '> '))
        Set-Content -LiteralPath $keyFile -NoNewline -Value $key
        Set-Content -LiteralPath $rootFile -NoNewline -Value $root
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        $configuration = Join-Path $folder 'nginx.conf'
        Set-Content -LiteralPath $configuration -Value @"
daemon on; pid $folder/nginx.pid; error_log $folder/error.log;
events {}
http {
    access_log off;
    server { listen 127.0.0.1:$port ssl; ssl_certificate $file; ssl_certificate_key $keyFile; location / { return 200 ok; } }
}
"@
        nginx -c $configuration 2>&1 | Out-Null
        try {
            $report = Test-TlsEndpoint "localhost:$port" -TrustStore $rootFile -NoDownload
            $report.Verdict | Should -Be 'Untrusted'
            $report.OpenSslCode | Should -Be 20
            curl -sS --cacert $rootFile "https://localhost:$port/" 2>&1 | Out-String | Should -Match 'unable to get local issuer'

            $repaired = Repair-PemBundle $file -KeyPath $keyFile -AddMissing -NoDownload
            $repaired.Changes.What | Should -Contain 'Quoted'
            $repaired.KeyMatches | Should -BeTrue
            nginx -c $configuration -s reload 2>&1 | Out-Null
            $deadline = [datetime]::UtcNow.AddSeconds(10)
            do {
                Start-Sleep -Milliseconds 100
                $after = Test-TlsEndpoint "localhost:$port" -TrustStore $rootFile -NoDownload
            } until ("$($after.Verdict)" -eq 'Trusted' -or [datetime]::UtcNow -gt $deadline)

            $after.Verdict | Should -Be 'Trusted'
            curl -sS --cacert $rootFile "https://localhost:$port/" | Should -Be 'ok'
            '' | openssl s_client -connect "localhost:$port" -CAfile $rootFile 2>&1 | Out-String | Should -Match 'Verify return code: 0'
        }
        finally {
            nginx -c $configuration -s stop 2>&1 | Out-Null
        }
    }
}
