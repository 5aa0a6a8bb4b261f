# Repair, chains and texts on Windows: line ends, locks of other programs, attributes, keys, wildcards, drives.
BeforeAll {
    . $PSScriptRoot/../Wine.ps1
    . $PSScriptRoot/../Lab.ps1
    $scenario = Get-LabScenario trusted
    $store = Get-Content $scenario.trustStore -Raw
    $pem = [regex]::Matches($store, '-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----').Value
    $bundle = ($pem -join "`n") + "`n"
    # Two markers on one line: what no reader takes, and what is mended without a question.
    $glued = ($pem -join '') + "`n"
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Line ends' {
    BeforeAll {
        $seen = Invoke-Windows {
            param($Bundle, $Glued)
            $answers = @{}
            foreach ($name in 'CRLF', 'LF') {
                $end = $name -eq 'LF' ? "`n" : "`r`n"
                [System.IO.File]::WriteAllText("$PWD\sound.pem", $Bundle.Replace("`n", $end))
                [System.IO.File]::WriteAllText("$PWD\glued.pem", $Glued.Replace("`n", $end))
                $before = (Get-FileHash .\sound.pem).Hash
                $sound = Repair-PemBundle .\sound.pem -Kind Trust
                $mended = Repair-PemBundle .\glued.pem -Kind Trust -LineEnding AsIs
                $text = [System.IO.File]::ReadAllText("$PWD\glued.pem")
                $answers[$name] = [pscustomobject] @{ Sound = $sound.Changed; Same = (Get-FileHash .\sound.pem).Hash -eq $before; Mended = $mended.Changed
                    Crlf = [regex]::Matches($text, "`r`n").Count; Lf = [regex]::Matches($text, "(?<!`r)`n").Count }
            }
            $answers
        } $bundle, $glued
    }

    It 'stay as the file had them: <_>' -ForEach 'CRLF', 'LF' {
        $of = $seen[$_]
        $of.Sound | Should -BeFalse
        $of.Same | Should -BeTrue
        $of.Mended | Should -BeTrue
        ($_ -eq 'CRLF' ? $of.Crlf : $of.Lf) | Should -BeGreaterThan 0
        ($_ -eq 'CRLF' ? $of.Lf : $of.Crlf) | Should -Be 0
    }
}

Describe 'A file that is in use' {
    It 'is waited for a moment, and else named with who holds it; nothing is left beside it' {
        $seen = Invoke-Windows {
            param($Glued)
            $path = "$PWD\held.pem"
            [System.IO.File]::WriteAllText($path, $Glued)
            $held = [System.IO.File]::Open($path, 'Open', 'Read', 'Read')
            $fault = try { Repair-PemBundle $path -Kind Trust -ErrorAction Stop | Out-Null } catch { "$_" }
            $left = @(Get-ChildItem -Force -File | Where-Object Name -like '*held*').Name
            $held.Dispose()

            $for = [System.IO.File]::Open($path, 'Open', 'Read', 'Read')
            $waiting = [System.Threading.Timer]::new({ param($Stream) $Stream.Dispose() }.GetNewClosure(), $for, [System.Threading.Timeout]::Infinite, [System.Threading.Timeout]::Infinite)
            $for.Dispose()
            $after = (Repair-PemBundle $path -Kind Trust).Changed
            $waiting.Dispose()
            $fault, ($left -join ','), $after, (@(Get-ChildItem -Force -File | Where-Object Name -match 'tlstrust-').Count)
        } $glued
        $seen[0] | Should -Match 'held open by another program'
        $seen[1] | Should -Be 'held.pem'
        $seen[2] | Should -BeTrue
        $seen[3] | Should -Be 0
    }

    It 'by another process, when it holds a key: no copy of the key is left' {
        . $PSScriptRoot/../PemBundle.ps1
        $seen = Invoke-Windows {
            param($Chain)
            $path = "$PWD\server.pem"
            $other = $null
            # What cmd reads for another program stays open as long as that runs; it may be read beside, and neither written nor replaced.
            # Now and then it does not start under Wine, or ends too early, and holds nothing: then all of it begins again.
            for ($start = 0; $start -eq 0 -or ($start -lt 5 -and (-not $held -or $other.HasExited)); $start++) {
                $other | Stop-Process -ErrorAction Ignore
                Remove-Item "$path*"
                [System.IO.File]::WriteAllText($path, $Chain)
                $other = Start-Process $env:ComSpec '/c', "ping -n 25 127.0.0.1 < `"$path`" > nul" -PassThru -WindowStyle Hidden
                $held = $false
                for ($try = 0; $try -lt 100 -and -not $held; $try++) {
                    Start-Sleep -Milliseconds 100
                    try { [System.IO.File]::Open($path, 'Open', 'ReadWrite', 'ReadWrite').Dispose() } catch { $held = $true }
                }
                $fault = try { Repair-PemBundle $path -Kind Server -ErrorAction Stop | Out-Null } catch { "$_" }
            }
            $copies = @(Get-ChildItem $PWD, $env:TEMP -Recurse -Force -File | Where-Object { $_.FullName -ne $path } | Where-Object {
                try { [System.IO.File]::ReadAllText($_.FullName) -match 'PRIVATE KEY' } catch { $false }
            }).Name
            $other | Stop-Process
            Get-Process ping -ErrorAction Ignore | Stop-Process
            $after = $null
            # Where Wine names no process ping, it runs on to its end.
            for ($try = 0; $try -lt 80 -and -not $after; $try++) {
                try { $after = Repair-PemBundle $path -Kind Server -ErrorAction Stop } catch { Start-Sleep -Milliseconds 500 }
            }
            $held, $fault, ($copies -join ','), $after.Changed, ([System.IO.File]::ReadAllText($after.Backup) -eq $Chain)
        } (, (($leaf + $intermediate).Replace("-----`n-----", '----------') + $key))
        $seen[0] | Should -BeTrue
        $seen[1] | Should -Match 'held open by another program'
        $seen[2] | Should -BeNullOrEmpty
        $seen[3] | Should -BeTrue
        $seen[4] | Should -BeTrue
    }

    It 'by another run of ours is told apart from a right that is missing' {
        $seen = Invoke-Windows {
            param($Glued)
            $path = "$PWD\locked.pem"
            [System.IO.File]::WriteAllText($path, $Glued)
            $lock = [System.IO.File]::Open("$path.tlstrust-lock", 'OpenOrCreate', 'ReadWrite', 'None')
            $other = try { Repair-PemBundle $path -Kind Trust -ErrorAction Stop | Out-Null } catch { "$_" }
            $lock.Dispose()
            Remove-Item "$path.tlstrust-lock"
            Set-ItemProperty $path IsReadOnly $true
            $denied = try { Repair-PemBundle $path -Kind Trust -ErrorAction Stop | Out-Null } catch { "$_" }
            Set-ItemProperty $path IsReadOnly $false
            # A folder of that name is denied even to the administrator that everybody is under Wine.
            New-Item "$env:LOCALAPPDATA\TlsTrust\.lock" -ItemType Directory | Out-Null
            $scope = try { Set-TrustBundleEnvironment $path -Scope User -Program curl -ErrorAction Stop | Out-Null } catch { "$_" }
            $other, $denied, $scope, @(Get-ChildItem -Force -File | Where-Object Name -match 'tlstrust-|bak-').Count
        } $glued
        $seen[0] | Should -Match 'another run'
        $seen[1] | Should -Match 'read-only|may not be written'
        $seen[1] | Should -Not -Match 'another run'
        $seen[2] | Should -Match "lock in .* can't be opened"
        $seen[2] | Should -Not -Match 'another run'
        $seen[3] | Should -Be 0
    }
}

Describe 'A replaced file' {
    It 'has its backup beside it' {
        $seen = Invoke-Windows {
            param($Glued)
            [System.IO.File]::WriteAllText("$PWD\old.pem", $Glued)
            $report = Repair-PemBundle .\old.pem -Kind Trust
            $report.Backup, ([System.IO.File]::ReadAllText($report.Backup) -eq $Glued)
        } $glued
        $seen[0] | Should -Match 'old\.pem\.bak-'
        $seen[1] | Should -BeTrue
    }

    It 'may be named in another case, by wildcard, by drive and with forward slashes' {
        $seen = Invoke-Windows {
            param($Bundle)
            New-Item Sub -ItemType Directory | Out-Null
            [System.IO.File]::WriteAllText("$PWD\Sub\Bundle.PEM", $Bundle)
            New-PSDrive Mine FileSystem "$PWD\Sub" | Out-Null
            (Test-PemBundle .\sub\bundle.pem).Verdict, (Test-PemBundle ./SUB/*.pem).Verdict, (Test-PemBundle Mine:\bundle.pem).Verdict, (Get-Item .\Sub\* | Test-PemBundle).Verdict | ForEach-Object { "$_" }
        } $bundle
        $seen | Should -HaveCount 4
        $seen | Sort-Object -Unique | Should -HaveCount 1
    }
}

Describe 'A chain' {
    BeforeAll {
        Import-Module $env:TLSTRUST_MODULE
        $names = 'trusted', 'trusted-rsa'
        $given = @(foreach ($name in $names) {
            $scenario = Get-LabScenario $name
            $parameters = Get-LabParameter $name
            $sent = (Test-TlsEndpoint @parameters).Presented
            @{ Name = $name; Chain = @($sent | ForEach-Object { $_.Certificate ? $_.Certificate.ExportCertificatePem() : "$($_.Pem)" }) -join "`r`n"
                Store = ConvertTo-WindowsPath $scenario.trustStore; At = $scenario.at }
        })
        $texts = @(
            'curl: (60) schannel: SEC_E_UNTRUSTED_ROOT (0x80090325) - The certificate chain was issued by an authority that is not trusted.'
            'curl: (35) schannel: next InitializeSecurityContext failed: CRYPT_E_NO_REVOCATION_CHECK (0x80092012)'
            "fatal: unable to access 'https://git.example/': SSL certificate problem: unable to get local issuer certificate"
        )
        $seen = Invoke-Windows {
            param($Chains, $Texts)
            $answers = @{ Texts = @(foreach ($text in $Texts) { $of = @(Resolve-TlsError $text); [pscustomobject] @{ Count = $of.Count; Causes = "$($of[0].CauseNames)" } }) }
            foreach ($of in $Chains) {
                [System.IO.File]::WriteAllText("$PWD\chain.pem", $of.Chain)
                $answers[$of.Name] = "$((Get-CertificateChain .\chain.pem -TrustStore $of.Store -At $of.At -NoDownload).Verdict)"
            }
            $answers
        } $given, $texts
    }

    It 'is built and judged without the platform, whose cryptography has no curve: <_>' -ForEach 'trusted', 'trusted-rsa' {
        $seen[$_] | Should -Be 'Trusted'
    }

    It 'or the words of a program that had one are read' {
        $seen.Texts | Should -HaveCount 3
        $seen.Texts | Where-Object { $_.Count -eq 0 -or -not $_.Causes } | Should -BeNullOrEmpty
    }
}

Describe 'The module' {
    It 'loads, exports what it does elsewhere, and helps' {
        $seen = Invoke-Windows { (Get-Command -Module TlsTrust).Count; (Get-Help Set-TrustBundleEnvironment).Synopsis; "$IsWindows" }
        $seen[0] | Should -Be (Import-PowerShellDataFile (Join-Path $env:TLSTRUST_MODULE TlsTrust.psd1)).CmdletsToExport.Count
        $seen[1] | Should -Match 'trust a private CA'
        $seen[2] | Should -Be 'True'
    }
}
