# What Set-TrustBundleEnvironment and its kin write on Windows, and what is left of it afterwards.
BeforeAll {
    . $PSScriptRoot/../Wine.ps1
    . $PSScriptRoot/../TrustEnvironment.ps1
    $null = New-MadeCertificate (Join-Path $TestDrive ca.pem)
    $null = New-MadeCertificate (Join-Path $TestDrive other.pem) 'CN=Pester Other Root, O=TlsTrust Tests'
    $ca, $other = 'ca.pem', 'other.pem' | ForEach-Object { ConvertTo-WindowsPath (Join-Path $TestDrive $_) }
}

Describe 'A hashed directory' {
    It 'loses the CA that is removed, and keeps what others put there' {
        $seen = Invoke-Windows {
            param($Ca, $Other)
            $given = @{ Scope = 'User'; Program = 'openssl'; HashedDirectory = $true; WarningAction = 'SilentlyContinue' }
            $folder = (Set-TrustBundleEnvironment $Ca @given | Where-Object Setting -eq SSL_CERT_DIR).After
            function Get-Subjects {
                @(Get-ChildItem $folder -File -ErrorAction Ignore | Where-Object { (Get-Content $_.FullName -Raw) -match 'BEGIN' } | ForEach-Object {
                    ([System.Security.Cryptography.X509Certificates.X509Certificate2]::new([Convert]::FromBase64String((((Get-Content $_.FullName) -notmatch '^-|^#') -join ''))).Subject)
                } | Select-String Pester)
            }
            $first = "$(Get-Subjects)"
            Set-Content (Join-Path $folder notes.txt) 'mine'
            Remove-TrustBundleEnvironment User | Out-Null
            $removed = "$(Get-Subjects)"
            $kept = Test-Path (Join-Path $folder notes.txt)
            Set-TrustBundleEnvironment $Other @given | Out-Null
            $second = "$(Get-Subjects)"
            Remove-TrustBundleEnvironment User | Out-Null
            $first, $removed, $kept, $second, "$(Get-Subjects)"
        } $ca, $other
        $seen[0] | Should -Match 'Pester Private Root'
        $seen[1] | Should -BeNullOrEmpty
        $seen[2] | Should -BeTrue
        $seen[3] | Should -Match 'Pester Other Root'
        $seen[3] | Should -Not -Match 'Pester Private Root'
        $seen[4] | Should -BeNullOrEmpty
    }
}

Describe 'A planted record' {
    BeforeAll {
        $changes = @{
            ownFiles  = { param($Record, $Victim) $Record.ownFiles += $Victim }
            files     = {
                param($Record, $Victim)
                $Record.files += @{ path = $Victim; before = ''; after = [Convert]::ToBase64String([byte[]] (1, 2)); isBlock = $false }
            }
            directory = { param($Record, $Victim) $Record | Add-Member directory (Split-Path $Victim) -Force }
            bundle    = { param($Record, $Victim) $Record.ownFiles = @($Victim.ToUpperInvariant()) }
        }
        $seen = Invoke-Windows {
            param($Ca, $Changes)
            Set-TrustBundleEnvironment $Ca -Scope Machine -Program curl | Out-Null
            $path = "$env:ProgramData\TlsTrust\record.json"
            $victim = 'C:\made\victim\win.ini'
            New-Item (Split-Path $victim) -ItemType Directory -Force | Out-Null
            Set-Content $victim 'of others'
            $good = Get-Content $path -Raw
            $answers = @{}
            foreach ($what in $Changes.Keys) {
                $record = $good | ConvertFrom-Json
                & ([scriptblock]::Create($Changes[$what])) $record $victim
                $record | ConvertTo-Json -Depth 9 | Set-Content $path
                $faults = foreach ($do in 'Remove', 'Update') {
                    try { & "$do-TrustBundleEnvironment" Machine -ErrorAction Stop | Out-Null; 'done' } catch { "$_" }
                }
                $answers[$what] = [pscustomobject] @{ Faults = @($faults); Victim = (Get-Content $victim -Raw).Trim() }
            }
            Set-Content $path $good -NoNewline
            Remove-TrustBundleEnvironment Machine | Out-Null
            $answers.left = Test-Path $path
            $answers
        } $ca, @{ ownFiles = "$($changes.ownFiles)"; files = "$($changes.files)"; directory = "$($changes.directory)"; bundle = "$($changes.bundle)" }
    }

    It 'that names what Set never writes is not obeyed: <_>' -ForEach 'ownFiles', 'files', 'directory', 'bundle' {
        $seen[$_].Faults | Should -HaveCount 2
        $seen[$_].Faults | Should -Match 'never writes'
        $seen[$_].Victim | Should -Be 'of others'
    }

    It 'that is put right again is taken back' {
        $seen.left | Should -BeFalse
    }
}

Describe "A user's file in the machine's settings" {
    It 'does not go into the bundle of the machine, in whatever spelling' {
        $seen = Invoke-Windows {
            param($Ca, $Other)
            $machine = 'HKLM:\System\CurrentControlSet\Control\Session Manager\Environment'
            $own = "$env:USERPROFILE\own.pem"
            Copy-Item $Other $own
            Copy-Item $Other "$env:ProgramData\own.pem"
            foreach ($path in $own, $own.ToUpperInvariant(), $own.Replace('\', '/'), "$env:ProgramData\..\own.pem", "C:\made\..$($own.Substring(2))", $Other) {
                New-ItemProperty $machine CURL_CA_BUNDLE -Value $path -PropertyType String -Force | Out-Null
                $set = Set-TrustBundleEnvironment $Ca -Scope Machine -Program curl -WarningVariable warnings -WarningAction SilentlyContinue
                [pscustomobject] @{
                    Warned = "$warnings" -match "which is one user's"
                    Taken  = (Get-Content ($set | Where-Object Setting -eq CURL_CA_BUNDLE).After -Raw).Contains((Get-Content $Other -Raw).Split("`n")[1])
                }
                Remove-TrustBundleEnvironment Machine | Out-Null
            }
            Remove-ItemProperty $machine CURL_CA_BUNDLE
        } $ca, $other
        $seen.Warned | Should -Be $true, $true, $true, $true, $true, $false
        $seen.Taken | Should -Be $false, $false, $false, $false, $false, $true
    }
}

Describe "The machine's store" {
    It 'gets what it does not have; what it had stays, and what is still there after Remove is told' {
        $seen = Invoke-Windows {
            param($Ca, $Other)
            $roots = 'HKLM:\Software\Microsoft\SystemCertificates\Root\Certificates'
            function Get-Thumbprint($Path) { [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($Path).Thumbprint }
            function Test-Root($Path) { Test-Path "$roots\$(Get-Thumbprint $Path)" }
            # Added by somebody else before.
            $store = [System.Security.Cryptography.X509Certificates.X509Store]::new('Root', 'LocalMachine', 'ReadWrite')
            $store.Add([System.Security.Cryptography.X509Certificates.X509Certificate2]::new($Other))
            $store.Dispose()
            $given = @{ Scope = 'Machine'; Program = 'curl'; IncludeSystemStore = $true; WarningAction = 'SilentlyContinue' }
            $set = @(Set-TrustBundleEnvironment $Ca, $Other @given | Where-Object Program -eq system)
            $record = Get-Content "$env:ProgramData\TlsTrust\record.json" -Raw | ConvertFrom-Json
            $there = (Test-Root $Ca), (Test-Root $Other)
            $removed = @(Remove-TrustBundleEnvironment Machine -WarningVariable told -WarningAction SilentlyContinue | Where-Object File -eq 'LocalMachine\Root')
            $answer = @{ Set = @($set | ForEach-Object { "$($_.Before)>$($_.After) $($_.Verified)" }); Recorded = @($record.systemAnchors).Count; There = $there
                Removed = @($removed | ForEach-Object { [pscustomobject] @{ After = $_.After; Verified = "$($_.Verified)"; Detail = "$($_.VerifiedDetail)" } })
                Stays = Test-Root $Ca; OtherStays = Test-Root $Other; Told = "$told"; Thumbprint = Get-Thumbprint $Ca }
            Remove-Item "$roots\$(Get-Thumbprint $Ca)", "$roots\$(Get-Thumbprint $Other)" -Recurse -ErrorAction Ignore
            $answer
        } $ca, $other
        $seen.There | Should -Be $true, $true
        $seen.Set | Sort-Object | Should -Be '>trusted ReadBack', 'trusted>trusted ReadBack'
        $seen.Recorded | Should -Be 1
        $seen.Removed | Should -HaveCount 1
        $seen.OtherStays | Should -BeTrue
        # Wine 8 forgets what .NET deletes from a store (README.md); whatever a system does, it is told as it is.
        if ($seen.Stays) {
            $seen.Removed[0].After | Should -Be 'trusted'
            $seen.Removed[0].Verified | Should -Be 'Failed'
            $seen.Removed[0].Detail | Should -Match $seen.Thumbprint
            $seen.Told | Should -Match $seen.Thumbprint
        }
        else {
            $seen.Removed[0].After | Should -BeNullOrEmpty
            $seen.Removed[0].Verified | Should -Be 'ReadBack'
            $seen.Told | Should -BeNullOrEmpty
        }
    }
}

Describe 'Configuration' {
    BeforeAll {
        $seen = Invoke-Windows {
            param($Ca)
            # Each backslash begins what some format would take for an escape.
            $bundle = Join-Path $env:USERPROFILE 'new\tab\users\x41 ü\"q'.Replace('"q', 'ca bundle.pem')
            $given = @{ Scope = 'User'; Program = 'git', 'pip', 'npm', 'yarn-berry', 'cargo', 'conda', 'wget', 'composer', 'svn'; IncludeConfiguration = $true
                Destination = $bundle; WarningAction = 'SilentlyContinue' }
            $changes = Set-TrustBundleEnvironment $Ca @given
            $again = @(Set-TrustBundleEnvironment $Ca @given -Destination $bundle.ToUpperInvariant() | Where-Object IsChange)
            $files = @($changes.File | Where-Object { $_ } | Sort-Object -Unique)
            $text = @{}
            $files | ForEach-Object { $text[$_] = Get-Content $_ -Raw }
            $trust = @(Get-TrustBundleEnvironment git, cargo, conda, npm, pip -Scope User | Select-Object Program, Store)
            Remove-TrustBundleEnvironment User | Out-Null
            @{ Profile = $env:USERPROFILE; Bundle = $bundle; Again = @($again | ForEach-Object { "$($_.Program) $($_.Setting): $($_.Before) -> $($_.After)" }); Files = $files; Text = $text; Checked = @($changes | Select-Object Program, Setting, File, Verified, VerifiedDetail)
                Trust = $trust; Left = @($files | Where-Object { Test-Path $_ }); Unix = @(Get-Item \etc\gitconfig, \etc\pip.conf, \etc\npmrc -ErrorAction Ignore | Where-Object { $_.FullName -like 'C:*' }) }
        } $ca
    }

    It 'is written where the program reads it on Windows' {
        $names = $seen.Files | ForEach-Object { $_.Substring($seen.Profile.Length) }
        $names | Should -Contain '\.gitconfig'
        $names | Should -Contain '\AppData\Roaming\pip\pip.ini'
        $names | Should -Contain '\.npmrc'
        $names | Should -Contain '\.cargo\config.toml'
        $names | Should -Contain '\.condarc'
        $names | Should -Not -Match '/|\\\.config\\|\\etc\\'
        $seen.Unix | Should -BeNullOrEmpty
    }

    It 'is read back as it was meant, backslashes and all' {
        $seen.Checked | Where-Object Verified -ne ReadBack | ForEach-Object { "$($_.Program) $($_.Setting) $($_.File): $($_.VerifiedDetail)" } | Should -BeNullOrEmpty
        foreach ($program in $seen.Trust) {
            $program.Store | Should -Match ([regex]::Escape('users\x41 ü\')) -Because $program.Program
        }
    }

    It 'is the same file in another case' {
        $seen.Again | Should -BeNullOrEmpty
    }

    It 'goes again' {
        $seen.Left | Should -BeNullOrEmpty
    }
}

Describe "A program's configuration for the machine" {
    It 'is written where the program is, and left alone where it lies elsewhere' {
        $seen = Invoke-Windows {
            param($Ca)
            $folder = "$env:ProgramFiles\Git"
            $given = @{ Scope = 'Machine'; Program = 'git'; IncludeConfiguration = $true; WarningAction = 'SilentlyContinue' }
            Remove-Item $folder -Recurse -Force -ErrorAction Ignore
            $said = Set-TrustBundleEnvironment $Ca @given -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
            $without = Test-Path $folder
            New-Item "$folder\etc" -ItemType Directory -Force | Out-Null
            $set = Set-TrustBundleEnvironment $Ca @given | Where-Object Setting -eq http.sslcainfo
            Remove-Item $folder -Recurse -Force # git is uninstalled: what is recorded is still taken back
            Remove-TrustBundleEnvironment Machine -WarningAction SilentlyContinue | Out-Null
            @{ Said = "$said"; Without = $without; File = $set.File; Verified = "$($set.Verified)"; Left = Test-Path "$env:ProgramData\TlsTrust\record.json" }
        } $ca
        $seen.Without | Should -BeFalse
        $seen.Said | Should -Match 'git: where its configuration lies .* it is left alone'
        $seen.File | Should -Be 'C:\Program Files\Git\etc\gitconfig'
        $seen.Verified | Should -Be 'ReadBack'
        $seen.Left | Should -BeFalse
    }
}

Describe 'A target' {
    BeforeAll {
        $seen = Invoke-Windows {
            param($Ca)
            $texts = @{}
            foreach ($target in 'Dockerfile', 'Kubernetes', 'DevContainer', 'GitLab', 'Cmd', 'PowerShell', 'Bash') {
                $given = @{ Target = $target; Program = 'curl', 'git', 'node'; WarningAction = 'SilentlyContinue' }
                $texts[$target] = Set-TrustBundleEnvironment $Ca @given | Out-String -Width 500
            }
            $texts.image = Set-TrustBundleEnvironment $Ca -Target Dockerfile -ImageBase Windows -Program curl -WarningAction SilentlyContinue | Out-String -Width 500
            $texts
        } $ca
    }

    It 'has no backslash of this machine where another system reads it: <_>' -ForEach 'Dockerfile', 'Kubernetes', 'DevContainer', 'GitLab' {
        $seen[$_] | Should -Match 'tlstrust|certificate|CERT'
        $seen[$_] | Should -Not -Match '[A-Z]:\\|\\made\\|\\TlsTrust\\'
    }

    It 'doubles the backslashes of a Windows image, whose Dockerfile takes one for an escape' {
        $seen.image | Should -Match 'CURL_CA_BUNDLE="C:\\\\ProgramData\\\\TlsTrust\\\\trust-bundle\.pem"'
    }

    It 'quotes the path for the shell that runs the lines: <shell>' -ForEach @(
        @{ shell = 'Cmd'; pattern = 'set "CURL_CA_BUNDLE=C:\\made\\[^"]+\\trust-bundle\.pem"' }
        @{ shell = 'PowerShell'; pattern = "CURL_CA_BUNDLE = 'C:\\made\\[^']+\\trust-bundle\.pem'" }
        @{ shell = 'Bash'; pattern = "CURL_CA_BUNDLE='C:\\made\\[^']+\\trust-bundle\.pem'" }
    ) {
        $seen[$shell] | Should -Match $pattern
    }
}

Describe 'Switched-off verification' {
    It 'is taken out of a value that expands, which goes on expanding' {
        $seen = Invoke-Windows {
            $key = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey('Environment')
            $key.SetValue('NODE_TLS_REJECT_UNAUTHORIZED', '0')
            $key.SetValue('NODE_OPTIONS', '--require %USERPROFILE%\x.js', 'ExpandString')
            $key.SetValue('GIT_SSL_NO_VERIFY', '1')
            Get-TrustBundleEnvironment node, git -Scope User | Repair-TrustBundleEnvironment | Out-Null
            $left = $key.GetValueNames(), $key.GetValue('NODE_OPTIONS', $null, 'DoNotExpandEnvironmentNames'), "$($key.GetValueKind('NODE_OPTIONS'))"
            $key.DeleteValue('NODE_OPTIONS')
            $left
        }
        $seen[0] | Should -Not -Contain 'NODE_TLS_REJECT_UNAUTHORIZED'
        $seen[0] | Should -Not -Contain 'GIT_SSL_NO_VERIFY'
        $seen[1] | Should -Be '--require %USERPROFILE%\x.js'
        $seen[2] | Should -Be 'ExpandString'
    }
}

Describe 'Running programs' {
    It 'are told once of a change, however many variables it has, and not of none' {
        $seen = Invoke-Windows {
            param($Ca)
            $given = @{ Scope = 'User'; Program = 'curl', 'git', 'node', 'openssl', 'pip'; WarningAction = 'SilentlyContinue' }
            # .NET has a window for what is sent to all.
            Register-ObjectEvent ([Microsoft.Win32.SystemEvents]) UserPreferenceChanged -SourceIdentifier told
            function Get-Told { Start-Sleep 1; @(Get-Event told -ErrorAction Ignore).Count; Remove-Event told -ErrorAction Ignore }
            $variables = @(Set-TrustBundleEnvironment $Ca @given | Where-Object { $_.IsChange -and -not $_.File }).Count
            $set = Get-Told
            Set-TrustBundleEnvironment $Ca @given | Out-Null
            $again = Get-Told
            Remove-TrustBundleEnvironment User | Out-Null
            $variables, $set, $again, (Get-Told)
        } $ca
        $seen[0] | Should -BeGreaterThan 3
        $seen[1..3] | Should -Be 1, 0, 1
    }
}
