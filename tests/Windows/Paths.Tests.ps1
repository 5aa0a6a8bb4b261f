# One file has many spellings on Windows, and some names that look like a file's are none.
BeforeAll {
    . $PSScriptRoot/../Wine.ps1
    . $PSScriptRoot/../TrustEnvironment.ps1
    $null = New-MadeCertificate (Join-Path $TestDrive ca.pem)
    $null = New-MadeCertificate (Join-Path $TestDrive other.pem) 'CN=Pester Other Root, O=TlsTrust Tests'
    $ca = ConvertTo-WindowsPath (Join-Path $TestDrive ca.pem)
    $glued = 'ca.pem', 'other.pem' | ForEach-Object { (Get-Content (Join-Path $TestDrive $_) -Raw).Trim() } | Join-String
}

Describe 'Spellings of one file' {
    BeforeAll {
        $seen = Invoke-Windows {
            param($Ca, $Glued)
            $of = "$env:USERPROFILE\Some Folder"
            New-Item $of -ItemType Directory | Out-Null
            Set-Location $of
            $long = "$of\" + ('d' * 100) + '\' + ('e' * 100) + '\' + ('f' * 100)
            [System.IO.Directory]::CreateDirectory($long) | Out-Null
            $file = "$of\bundle.pem"
            $spellings = [ordered] @{
                plain = $file; 'in another case' = $file.ToUpperInvariant(); 'with forward slashes' = $file.Replace('\', '/'); relative = '.\bundle.pem'
                'relative to the drive' = 'C:bundle.pem'; 'from the drive''s root' = $file.Substring(2); 'with ..' = "$of\..\Some Folder\bundle.pem"
                'with a dot at its end' = "$file."; 'with spaces at its end' = "$file  "; 'as a device' = "\\.\$file"; 'without limits' = "\\?\$file"
                'with its provider' = "FileSystem::$file"
            }
            $answers = @{}
            $set = @{ Scope = 'User'; Program = 'curl'; WarningAction = 'SilentlyContinue' }
            foreach ($name in $spellings.Keys) {
                $of = [ordered] @{}
                [System.IO.File]::WriteAllText($file, $Glued)
                $of.Read = "$((Test-PemBundle -LiteralPath $spellings[$name] -Kind Trust).Changed)"
                $report = Repair-PemBundle $file -Kind Trust -Destination $spellings[$name] -Force
                $of.Elsewhere = $report.Destination
                $of.Files = (Get-ChildItem -File -Force).Name -replace 'bak-.*', 'bak' -join ','
                Get-ChildItem -File -Force | Remove-Item
                $of.Value = @(Set-TrustBundleEnvironment $Ca @set -Destination $spellings[$name]).After | Sort-Object -Unique
                $of.Again = @(Set-TrustBundleEnvironment $Ca @set -Destination $file | Where-Object IsChange).Count
                Remove-TrustBundleEnvironment User | Out-Null
                $of.Left = (Get-ChildItem -File -Force).Name -join ','
                $answers[$name] = [pscustomobject] $of
            }

            # More characters than a path had before Windows 10, and a name of which every part is a wildcard elsewhere.
            $far = foreach ($path in "$long\bundle.pem", "\\?\$long\other.pem", "$PWD\a[1].pem") {
                [System.IO.File]::WriteAllText($path, $Glued)
                $report = Repair-PemBundle -LiteralPath $path -Kind Trust
                "$($report.Changed) $((Test-Path -LiteralPath $report.Backup)) $((Test-PemBundle -LiteralPath $path -Kind Trust).Changed)"
            }

            $none = @{}
            foreach ($name in 'NUL', "$PWD\bundle.pem:stream") {
                $none[(Split-Path $name -Leaf)] = foreach ($do in { Repair-PemBundle -LiteralPath "$PWD\a[1].pem" -Kind Trust -Destination $name -Force -ErrorAction Stop },
                    { Set-TrustBundleEnvironment $Ca @set -Destination $name -ErrorAction Stop }) {
                    try { & $do | Out-Null; 'done' } catch { "$_" }
                }
            }

            @{ Answers = $answers; Far = $far; None = $none; Record = Test-Path "$env:LOCALAPPDATA\TlsTrust"
                Beside = @(Get-ChildItem -File -Force | Where-Object Name -match 'tlstrust|^\.|:').Name }
        } $ca, $glued -Seconds 200
    }

    It 'mean that file: <_>' -ForEach 'plain', 'in another case', 'with forward slashes', 'relative', 'relative to the drive', "from the drive's root", 'with ..',
        'with a dot at its end', 'with spaces at its end', 'as a device', 'without limits', 'with its provider' {
        $of = $seen.Answers[$_]
        $of.Read | Should -Be 'True'
        $of.Elsewhere | Should -BeNullOrEmpty -Because 'what is named is the very file'
        $of.Files | Should -Be 'bundle.pem,bundle.pem.bak'
        # Programs compare nothing: what is written is what they are to open.
        $of.Value | Should -Match '^C:\\made\\[^\\/]+\\Some Folder\\bundle\.pem$'
        $of.Again | Should -Be 0
        $of.Left | Should -BeNullOrEmpty
    }

    It 'may be long, and may have brackets' {
        $seen.Far | Should -HaveCount 3
        $seen.Far | Sort-Object -Unique | Should -Be 'True True False'
    }

    It 'are not those of a device or of a stream' {
        $seen.None['NUL'] | Should -Match 'not a file'
        $seen.None['bundle.pem:stream'] | Should -Match 'stream'
        $seen.Record | Should -BeFalse
        $seen.Beside | Should -BeNullOrEmpty
    }
}

Describe 'A configuration file' {
    BeforeAll {
        $seen = Invoke-Windows {
            param($Ca)
            $texts = [ordered] @{
                '.gitconfig' = "[user]`r`n`tname = A ü`r`n[http]`r`n`tproxy = http://p:1`r`n"; '.cargo\config.toml' = "[http]`r`nproxy = 'p:1'`r`n[net]`r`nretry = 2`r`n"
                'AppData\Roaming\pip\pip.ini' = "[global]`r`nindex-url = https://x/ü`r`n"; '.npmrc' = "registry=https://x/`r`n;c`r`n"
                '.condarc' = "channels:`r`n  - a`r`n# ü`r`n"; '.yarnrc.yml' = "nodeLinker: `"node-modules`"`r`nx: 1`r`n"
            }
            $set = @{ Scope = 'User'; Program = 'git', 'cargo', 'pip', 'npm', 'conda', 'yarn-berry'; IncludeConfiguration = $true; WarningAction = 'SilentlyContinue' }
            foreach ($kind in 'CRLF', 'LF', 'UTF-8 with a mark', 'without a last line end', 'UTF-16') {
                $encoding = $kind -eq 'UTF-16' ? [System.Text.Encoding]::Unicode : [System.Text.UTF8Encoding]::new($kind -like '*mark')
                $before = @{}
                foreach ($name in $texts.Keys) {
                    $text = switch ($kind) { 'LF' { $texts[$name].Replace("`r", '') } 'without a last line end' { $texts[$name].TrimEnd() } default { $texts[$name] } }
                    New-Item (Split-Path "$env:USERPROFILE\$name") -ItemType Directory -Force | Out-Null
                    [System.IO.File]::WriteAllText("$env:USERPROFILE\$name", $text, $encoding)
                    $before[$name] = (Get-FileHash "$env:USERPROFILE\$name").Hash
                }
                $fault = $changes = $null
                try { $changes = @(Set-TrustBundleEnvironment $Ca @set -ErrorAction Stop) } catch { $fault = "$_" }
                $during = foreach ($name in $texts.Keys) {
                    $text = [System.IO.File]::ReadAllText("$env:USERPROFILE\$name")
                    "$name $((Get-FileHash "$env:USERPROFILE\$name").Hash -ne $before[$name]) $([regex]::Matches($text, "`r`n").Count -gt 0) $([regex]::Matches($text, "(?<!`r)`n").Count -gt 0)"
                }
                Remove-TrustBundleEnvironment User | Out-Null
                [pscustomobject] @{ Kind = $kind; Fault = $fault; During = $during; Failed = @($changes | Where-Object { $_.File -and $_.Verified -ne 'ReadBack' }).File
                    NotRestored = @($texts.Keys | Where-Object { (Get-FileHash "$env:USERPROFILE\$_").Hash -ne $before[$_] }) }
            }
        } $ca
    }

    It 'keeps its line ends and its mark, and comes back as it was: <_>' -ForEach 'CRLF', 'LF', 'UTF-8 with a mark', 'without a last line end' {
        $of = $seen | Where-Object Kind -eq $_
        $of.Fault | Should -BeNullOrEmpty
        $of.Failed | Should -BeNullOrEmpty
        $of.During | Should -HaveCount 6
        $of.During | Should -Match ($_ -eq 'LF' ? ' True False True$' : ' True True False$')
        $of.NotRestored | Should -BeNullOrEmpty
    }

    It 'that no program reads gets no lines, and the reason is told: UTF-16' {
        $of = $seen | Where-Object Kind -eq 'UTF-16'
        $of.Fault | Should -Match 'no UTF-8 text'
        $of.During | Should -Match ' False '
        $of.NotRestored | Should -BeNullOrEmpty
    }
}
