# Which program is meant, and whose certificates its build reads. The programs are scripts with real programs' words.
BeforeAll {
    . $PSScriptRoot/../Wine.ps1
    . $PSScriptRoot/../TrustEnvironment.ps1
    $null = New-MadeCertificate (Join-Path $TestDrive ca.pem)
    $ca = ConvertTo-WindowsPath (Join-Path $TestDrive ca.pem)
}

Describe 'curl' {
    BeforeAll {
        # Words of curl's own releases, of Windows' and of Git's.
        $words = @{
            windows  = 'curl 8.9.1 (Windows) libcurl/8.9.1 Schannel zlib/1.3 WinIDN'
            old      = 'curl 7.55.1 (Windows) libcurl/7.55.1 WinSSL'
            openssl  = 'curl 8.10.1 (x86_64-w64-mingw32) libcurl/8.10.1 LibreSSL/3.9.2 zlib/1.3.1 brotli/1.1.0'
            both     = 'curl 8.8.0 (x86_64-w64-mingw32) libcurl/8.8.0 OpenSSL/3.2.2 (Schannel) zlib/1.3.1'
            switched = 'curl 8.8.0 (x86_64-w64-mingw32) libcurl/8.8.0 (OpenSSL/3.2.2) Schannel zlib/1.3.1'
            silent   = ''
        }
        $seen = Invoke-Windows {
            param($Ca, $Words)
            $env:PATH = "$env:USERPROFILE\bin;$env:PATH"
            $env:CURL_CA_BUNDLE = $Ca
            New-Item "$env:USERPROFILE\bin" -ItemType Directory | Out-Null
            $answers = @{}
            foreach ($build in $Words.Keys) {
                Set-Content "$env:USERPROFILE\bin\curl.cmd" ($Words[$build] ? "@echo $($Words[$build])" : '@exit /b 2')
                $trust = Get-TrustBundleEnvironment curl
                $answers[$build] = [pscustomobject] @{ Status = "$($trust.Status)"; Store = $trust.Store; Detail = $trust.Detail; Executable = $trust.Executable
                    Changes = @(Set-TrustBundleEnvironment $Ca -Program curl -WhatIf).Count }
            }
            $answers
        } $ca, $words
    }

    It 'of Windows reads no variable: <_>' -ForEach 'windows', 'old', 'switched' {
        $seen[$_].Store | Should -Match 'Windows certificate stores'
        $seen[$_].Store | Should -Not -Match 'ca\.pem'
        $seen[$_].Status | Should -Be 'Ignored'
        $seen[$_].Changes | Should -Be 0 -Because 'a variable that nobody reads makes nothing trusted'
    }

    It 'with its own TLS reads them: <_>' -ForEach 'openssl', 'both' {
        $seen[$_].Store | Should -Match 'ca\.pem'
        $seen[$_].Status | Should -Not -Be 'Unknown'
        $seen[$_].Changes | Should -BeGreaterThan 0
    }

    It 'that does not say is not guessed at' {
        $seen.silent.Status | Should -Be 'Unknown'
        $seen.silent.Detail | Should -Match "Windows' TLS"
    }
}

Describe 'git' {
    BeforeAll {
        $seen = Invoke-Windows {
            param($Ca)
            $env:PATH = "$env:USERPROFILE\bin;$env:PATH"
            $env:GIT_SSL_CAINFO = $Ca
            New-Item "$env:USERPROFILE\bin" -ItemType Directory | Out-Null
            Set-Content "$env:USERPROFILE\bin\git.cmd" '@exit /b 1'
            $answers = @{}
            foreach ($backend in 'schannel', 'openssl', 'none') {
                Set-Content "$env:USERPROFILE\.gitconfig" ($backend -eq 'none' ? '' : "[http]`n`tsslBackend = $backend")
                $trust = Get-TrustBundleEnvironment git
                $answers[$backend] = [pscustomobject] @{ Status = "$($trust.Status)"; Store = $trust.Store }
            }
            $answers
        } $ca
    }

    It 'goes by http.sslBackend' {
        $seen.schannel.Store | Should -Match 'Windows certificate stores'
        $seen.schannel.Status | Should -Be 'Ignored'
        $seen.openssl.Store | Should -Match 'ca\.pem'
        $seen.none.Status | Should -Be 'Unknown'
    }
}

Describe 'Default stores' {
    It 'are those of the programs on Windows, and where they are not known, nothing is said to be trusted or not' {
        $seen = Invoke-Windows {
            param($Ca)
            $answers = @{}
            function Read-Trust($Name) { $trust = Get-TrustBundleEnvironment $Name; "$($trust.Status) $($trust.Store)" }
            # ssl.load_default_certs reads Windows' stores, whatever OpenSSL's variables say; PHP's streams have Windows judge.
            foreach ($name in 'python', 'php', 'php-curl', 'svn') { $answers[$name] = Read-Trust $name }
            $env:SSL_CERT_FILE = $Ca
            $answers['python and a variable'] = Read-Trust python
            $answers['php and a variable'] = Read-Trust php
            Remove-Item Env:SSL_CERT_FILE
            $answers['no ruby'] = Read-Trust ruby
            $ruby = "$env:USERPROFILE\Ruby33-x64"
            New-Item "$ruby\bin", "$ruby\ssl" -ItemType Directory | Out-Null
            Set-Content "$ruby\bin\ruby.cmd" '@exit /b 0'
            $env:PATH = "$ruby\bin;$env:PATH"
            Copy-Item $Ca "$ruby\ssl\cert.pem"
            $answers['old ruby'] = Read-Trust ruby
            New-Item "$ruby\bin\etc\ssl" -ItemType Directory | Out-Null
            Copy-Item $Ca "$ruby\bin\etc\ssl\cert.pem"
            $answers['ruby'] = Read-Trust ruby
            New-Item "$env:USERPROFILE\D\Git\cmd", "$env:USERPROFILE\D\Git\etc" -ItemType Directory | Out-Null
            Set-Content "$env:USERPROFILE\D\Git\cmd\git.cmd" '@exit /b 1'
            Set-Content "$env:USERPROFILE\D\Git\etc\gitconfig" "[http]`r`n`tsslBackend = SChannel"
            $env:PATH = "$env:USERPROFILE\D\Git\cmd;$env:PATH"
            $answers['git'] = Read-Trust git
            $answers
        } $ca
        $seen['python'] | Should -Be 'Ok Windows certificate stores'
        $seen['python and a variable'] | Should -Match '^Ok .*ca\.pem \+ Windows certificate stores$'
        $seen['php'] | Should -Be 'Ok Windows certificate stores'
        $seen['php and a variable'] | Should -Match 'Windows certificate stores$'
        $seen['php and a variable'] | Should -Not -Match 'ca\.pem'
        $seen['php-curl'] | Should -Be 'Unknown nothing'
        $seen['svn'] | Should -Be 'Unknown nothing'
        $seen['no ruby'] | Should -Be 'Unknown nothing'
        $seen['old ruby'] | Should -Match 'Ruby33-x64\\ssl\\cert\.pem$'
        $seen['ruby'] | Should -Match 'Ruby33-x64\\bin\\etc\\ssl\\cert\.pem$'
        $seen['git'] | Should -Match 'Windows certificate stores$' -Because 'its own gitconfig says so, wherever it lies'
    }
}

Describe 'The search' {
    BeforeAll {
        $seen = Invoke-Windows {
            function New-Program($Path, $Text = '@exit /b 0') {
                New-Item (Split-Path $Path) -ItemType Directory -Force | Out-Null
                Set-Content $Path $Text
            }
            function Find($Name) { (Get-TrustBundleEnvironment $Name).Executable }
            $windows = $env:PATH
            $of = "$env:USERPROFILE\search"
            $answers = @{}
            New-Program "$of\a;b c\aws.cmd"
            $env:PATH = "`"$of\a;b c`";$windows"
            $answers.quoted = Find aws
            New-Program "$of\plain\az"
            $env:PATH = "$of\plain"
            $answers.noEnding = Find az
            New-Program "$of\ext\az.xyz"
            $env:PATH = "$of\ext"
            $env:PATHEXT = '.EXE;.XYZ'
            $answers.ending = Find az
            New-Program "$of\ext\az.cmd"
            Remove-Item "$of\ext\az.xyz"
            $answers.notInList = Find az
            Remove-Item Env:PATHEXT
            $answers.usual = Find az

            New-Program "$env:LOCALAPPDATA\Microsoft\WindowsApps\python3.cmd" '@exit /b 9009'
            New-Program "$of\python\python.cmd" '@exit /b 0'
            $env:PATH = "$env:LOCALAPPDATA\Microsoft\WindowsApps;$of\python"
            $answers.emptyAlias = Find python
            New-Program "$env:LOCALAPPDATA\Microsoft\WindowsApps\python.cmd" '@exit /b 0'
            $answers.alias = Find python
            New-Program "$of\launcher\py.cmd"
            $env:PATH = "$of\launcher"
            $answers.launcher = Find python

            $env:PATH = "$env:USERPROFILE\nothing"
            New-Program "$env:USERPROFILE\scoop\apps\git\current\cmd\git.cmd" '@exit /b 0'
            New-Program "$env:USERPROFILE\scoop\apps\git\current\mingw64\etc\ssl\certs\ca-bundle.crt" 'empty'
            New-Program "$env:USERPROFILE\scoop\shims\git.cmd" '@exit /b 0'
            Set-Content "$env:USERPROFILE\scoop\shims\git.shim" "path = `"$env:USERPROFILE\scoop\apps\git\current\cmd\git.cmd`""
            $answers.scoop = Find git
            $answers.scoopBundle = (Get-TrustBundleEnvironment git).Places.Place
            New-Program "$env:LOCALAPPDATA\Microsoft\WinGet\Links\gh.cmd"
            $answers.winget = Find gh
            New-Program "$env:LOCALAPPDATA\Programs\Python\Python312\python.cmd"
            $answers.forUser = Find python
            New-Program "$env:USERPROFILE\miniconda3\Scripts\conda.cmd"
            $answers.conda = Find conda

            $env:OneDrive = "$env:USERPROFILE\OneDrive"
            New-Program "$env:OneDrive\Documents\PowerShell\profile.ps1" '$env:NODE_TLS_REJECT_UNAUTHORIZED = "0"'
            $answers.oneDrive = @((Get-TrustBundleEnvironment node).Insecure.File)
            $answers
        }
    }

    It 'takes quotation marks off the elements of PATH' {
        $seen.quoted | Should -Match 'a;b c\\aws\.cmd$'
    }

    It 'starts what PATHEXT names, and nothing else' {
        $seen.noEnding | Should -BeNullOrEmpty
        $seen.ending | Should -Match 'az\.xyz$'
        $seen.notInList | Should -BeNullOrEmpty
        $seen.usual | Should -Match 'az\.cmd$'
    }

    It "passes over the Store's alias with nothing behind it, and takes one that answers" {
        $seen.emptyAlias | Should -Match 'search\\python\\python\.cmd$'
        $seen.alias | Should -Match 'WindowsApps\\python\.cmd$'
    }

    It "finds Python by its launcher alone" {
        $seen.launcher | Should -Match 'py\.cmd$'
    }

    It 'finds what was installed for one user' {
        $seen.scoop | Should -Match 'scoop\\shims\\git\.cmd$'
        $seen.winget | Should -Match 'WinGet\\Links\\gh\.cmd$'
        $seen.forUser | Should -Match 'Python312\\python\.cmd$'
        $seen.conda | Should -Match 'miniconda3\\Scripts\\conda\.cmd$'
    }

    It "follows scoop's shim to the bundle beside the program" {
        @($seen.scoopBundle) -match 'scoop\\apps\\git\\current\\mingw64.etc.ssl.certs.ca-bundle\.crt' | Should -Not -BeNullOrEmpty
    }

    It 'reads the profile where OneDrive has moved the documents' {
        $seen.oneDrive -match 'OneDrive\\Documents\\PowerShell\\profile\.ps1' | Should -Not -BeNullOrEmpty
    }
}

Describe 'Folders as installers lay them out' {
    BeforeAll {
        $seen = Invoke-Windows {
            param($Cacerts)
            function New-Program($Path, $Text = '@exit /b 0') {
                New-Item (Split-Path $Path) -ItemType Directory -Force | Out-Null
                Set-Content $Path $Text
            }
            $env:PATH = 'C:\windows\system32'
            Remove-Item Env:JAVA_HOME, Env:GIT_SSL_CAINFO -ErrorAction Ignore
            $answers = @{}
            foreach ($home_ in "$env:ProgramFiles\Eclipse Adoptium\jdk-21.0.5.11-hotspot", "$env:ProgramFiles\Java\jdk-17", "$env:ProgramFiles\Zulu\zulu-17",
                "$env:ProgramFiles\Amazon Corretto\jdk17.0.13_11", "$env:ProgramFiles\Microsoft\jdk-21.0.5.11-hotspot", "$env:ProgramFiles\BellSoft\LibericaJDK-21",
                "$env:LOCALAPPDATA\Programs\Eclipse Adoptium\jdk-21.0.5.11-hotspot", "$env:USERPROFILE\.jdks\openjdk-23", "$env:USERPROFILE\scoop\apps\openjdk21\current") {
                New-Program "$home_\bin\java.cmd"
                New-Program "$home_\bin\keytool.cmd"
                New-Item "$home_\lib\security" -ItemType Directory -Force | Out-Null
                Copy-Item $Cacerts "$home_\lib\security\cacerts"
                $java = Get-TrustBundleEnvironment java
                $answers[$home_] = [pscustomobject] @{ Executable = $java.Executable; Places = @($java.Places.Place); Home = $home_ }
                Remove-Item $home_ -Recurse
            }
            $git = @{}
            foreach ($folder in "$env:ProgramFiles\Git", "$env:LOCALAPPDATA\Programs\Git") {
                New-Program "$folder\cmd\git.cmd"
                New-Program "$folder\mingw64\etc\ssl\certs\ca-bundle.crt" (Get-Content $Cacerts -Raw)
                $of = Get-TrustBundleEnvironment git
                $git[$folder] = [pscustomobject] @{ Executable = $of.Executable; Places = @($of.Places.Place); Home = $folder }
                Remove-Item $folder -Recurse
            }
            @{ Java = @($answers.Values); Git = @($git.Values) }
        } $ca
    }

    It 'of JDKs are found, with their cacerts, though no PATH names them' {
        $seen.Java | Should -HaveCount 9
        $seen.Java | Where-Object { $_.Executable -ne "$($_.Home)\bin\java.cmd" } | ForEach-Object { "$($_.Home): $($_.Executable)" } | Should -BeNullOrEmpty
        $seen.Java | Where-Object { -not (@($_.Places) -match 'cacerts$') } | ForEach-Object { "$($_.Home): $($_.Places)" } |
            Should -BeNullOrEmpty
    }

    It 'of Git for Windows are found, with their bundle' {
        $seen.Git | Should -HaveCount 2
        $seen.Git | Where-Object { $_.Executable -ne "$($_.Home)\cmd\git.cmd" -or -not ($_.Places -match 'ca-bundle\.crt$') } | ForEach-Object { "$($_.Home): $($_.Executable) $($_.Places)" } |
            Should -BeNullOrEmpty
    }
}
