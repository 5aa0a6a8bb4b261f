# Variables in the registry: what Set, Update and Remove leave there, byte for byte as `reg export` writes it.
BeforeDiscovery {
    # What may stand there before: values of every kind, entries of others, spaces, other case, nothing.
    $long = 'x' * 4000
    $states = @(
        @{ state = 'no value of ours'; values = @() }
        @{ state = 'a text'; values = @(, @('CURL_CA_BUNDLE', 'String', 'C:\corp\ca.pem')) }
        @{ state = 'a text that expands'; values = @(, @('CURL_CA_BUNDLE', 'ExpandString', '%USERPROFILE%\corp\ca.pem')) }
        @{ state = 'a text that expands and names nothing'; values = @(, @('CURL_CA_BUNDLE', 'ExpandString', 'C:\corp\ca.pem')) }
        @{ state = 'a text with percent signs'; values = @(, @('CURL_CA_BUNDLE', 'String', '%USERPROFILE%\ca.pem')) }
        @{ state = 'an empty text'; values = @(, @('CURL_CA_BUNDLE', 'String', '')) }
        @{ state = 'an empty text that expands'; values = @(, @('CURL_CA_BUNDLE', 'ExpandString', '')) }
        @{ state = 'several texts'; values = @(, @('CURL_CA_BUNDLE', 'MultiString', 'C:\a.pem|C:\b.pem')) }
        @{ state = 'a number'; values = @(, @('CURL_CA_BUNDLE', 'DWord', 7)) }
        @{ state = 'a long number'; values = @(, @('CURL_CA_BUNDLE', 'QWord', 7000000000)) }
        @{ state = 'bytes'; values = @(, @('CURL_CA_BUNDLE', 'Binary', '00FF80')) }
        @{ state = 'bytes of no kind'; values = @(, @('CURL_CA_BUNDLE', 'None', '0102')) }
        @{ state = 'a name in small letters'; values = @(, @('curl_ca_bundle', 'String', 'C:\corp\ca.pem')) }
        @{ state = 'a name in mixed case, expanding'; values = @(, @('Curl_Ca_Bundle', 'ExpandString', '%SystemRoot%\ca.pem')) }
        @{ state = 'spaces around and within'; values = @(, @('CURL_CA_BUNDLE', 'String', '  C:\Program Files\my corp\ca.pem ')) }
        @{ state = 'other alphabets'; values = @(, @('CURL_CA_BUNDLE', 'String', 'C:\Zertifikate für alle\корень.pem')) }
        @{ state = 'quotes and semicolons'; values = @(, @('CURL_CA_BUNDLE', 'String', '"C:\a b\ca.pem";C:\c\')) }
        @{ state = 'lists that end in a semicolon'; values = @(@('CURL_CA_BUNDLE', 'String', 'C:\corp\ca.pem;'), @('SSL_CERT_DIR', 'ExpandString', '%ProgramData%\certs;C:\b;')) }
        @{ state = 'no texts at all'; values = @(, @('CURL_CA_BUNDLE', 'MultiString', '')) }
        @{ state = 'no bytes at all'; values = @(, @('CURL_CA_BUNDLE', 'Binary', '')) }
        @{ state = 'a long text'; values = @(, @('CURL_CA_BUNDLE', 'String', $long)) }
        @{ state = 'a text longer than a variable can be'; values = @(, @('CURL_CA_BUNDLE', 'String', $long * 9)) }
        @{ state = 'entries of others'; values = @(@('MY_PATH', 'ExpandString', '%ProgramFiles%\x;%MY%'), @('MY_LIST', 'MultiString', 'a|b'), @('', 'String', 'default'), @('GIT_SSL_CAINFO', 'String', 'D:\git.pem')) }
        @{ state = 'all of the programs at once'; values = @(@('CURL_CA_BUNDLE', 'ExpandString', '%A%'), @('GIT_SSL_CAINFO', 'String', 'b'), @('NODE_EXTRA_CA_CERTS', 'DWord', 1), @('SSL_CERT_FILE', 'Binary', 'AA')) }
        @{ state = 'no key at all'; values = $null }
    )
}

BeforeAll {
    . $PSScriptRoot/../Wine.ps1
    . $PSScriptRoot/../TrustEnvironment.ps1
    $null = New-MadeCertificate (Join-Path $TestDrive ca.pem)
    $ca = ConvertTo-WindowsPath (Join-Path $TestDrive ca.pem)

    # The whole way of every state in one shell: a shell takes seconds to start.
    $walk = {
        param($Ca, $Scope, $States)
        $root, $path = $Scope -eq 'User' ? ([Microsoft.Win32.Registry]::CurrentUser, 'Environment')
            : ([Microsoft.Win32.Registry]::LocalMachine, 'System\CurrentControlSet\Control\Session Manager\Environment')
        $name = "$root\$path"
        function Export-Key($To) {
            & C:\windows\system32\reg.exe export $name $To /y | Out-Null
            (Test-Path $To) ? [Convert]::ToBase64String([System.IO.File]::ReadAllBytes($To)) : 'no key'
            Remove-Item $To -ErrorAction Ignore
        }
        function Get-Files {
            Get-ChildItem $env:USERPROFILE, "$env:ProgramFiles\Git" -ErrorAction Ignore -Recurse -File -Force | Where-Object FullName -NotMatch '\\PowerShell\\|\\Temp\\|\.reg$' |
                ForEach-Object { "$($_.FullName) $((Get-FileHash $_.FullName).Hash)" }
        }
        New-Item "$env:ProgramFiles\Git\etc" -ItemType Directory -Force | Out-Null
        $usual = @{}
        $key = $root.OpenSubKey($path)
        foreach ($value in $key.GetValueNames()) {
            $usual[$value] = @($key.GetValue($value, $null, 'DoNotExpandEnvironmentNames'), $key.GetValueKind($value))
        }
        $key.Dispose()
        foreach ($state in $States) {
            $root.DeleteSubKeyTree($path, $false)
            if ($null -ne $state.values) {
                $key = $root.CreateSubKey($path)
                foreach ($value in $usual.Keys) {
                    $key.SetValue($value, $usual[$value][0], $usual[$value][1])
                }
                foreach ($value in $state.values) {
                    $content = switch ($value[1]) {
                        'MultiString' { , [string[]] @($value[2] -split '\|' -ne '') }
                        { $_ -in 'Binary', 'None' } { , [Convert]::FromHexString($value[2]) }
                        default { $value[2] }
                    }
                    $key.SetValue($value[0], $content, $value[1])
                }
                $key.Dispose()
            }

            Set-Content (Join-Path $env:USERPROFILE .gitconfig) "[user]`r`n`tname = A`r`n[http]`r`n`tproxy = http://p:1`r`n" -NoNewline
            $keyBefore, $filesBefore = (Export-Key "$env:USERPROFILE\a.reg"), (Get-Files)
            $fault = $null
            try {
                $given = @{ Scope = $Scope; Program = 'curl', 'git', 'node', 'openssl'; WarningAction = 'SilentlyContinue'; HashedDirectory = $state.state -eq $States[0].state; IncludeConfiguration = $true }
                $set = Set-TrustBundleEnvironment $Ca @given
                $stored = $root.OpenSubKey($path)
                $now = $stored.GetValue('CURL_CA_BUNDLE')
                $stored.Dispose()
                $again = @(Set-TrustBundleEnvironment $Ca @given | Where-Object IsChange)
                $null = Update-TrustBundleEnvironment $Scope
                $null = Remove-TrustBundleEnvironment $Scope
            }
            catch { $fault = "$_" }
            [pscustomobject] @{
                State = $state.state; Fault = $fault; Now = $now; After = ($set | Where-Object Setting -eq CURL_CA_BUNDLE).After
                Effect = ($set | Where-Object Setting -eq CURL_CA_BUNDLE).Effect; Checked = @($set.Verified | Sort-Object -Unique); Again = $again.Count
                KeyBefore = $keyBefore; KeyAfter = Export-Key "$env:USERPROFILE\b.reg"
                FilesBefore = $filesBefore -join "`n"; FilesAfter = @(Get-Files) -join "`n"
            }
        }
        $root.DeleteSubKeyTree($path, $false)
        $key = $root.CreateSubKey($path)
        foreach ($value in $usual.Keys) {
            $key.SetValue($value, $usual[$value][0], $usual[$value][1])
        }
        $key.Dispose()
    }
}

Describe 'The scope <scope>' -ForEach @(@{ scope = 'User'; states = $states }, @{ scope = 'Machine'; states = $states }) {
    BeforeAll {
        $seen = @{}
        # Some at a time, so that no shell takes long on a busy machine.
        for ($first = 0; $first -lt $states.Count; $first += 13) {
            Invoke-Windows $walk $ca, $scope, @($states | Select-Object -Skip $first -First 13) -Seconds 300 | ForEach-Object { $seen[$_.State] = $_ }
        }
    }

    It 'is set, and afterwards as it was: <state>' -ForEach $states {
        $of = $seen[$state]
        $of.Fault | Should -BeNullOrEmpty
        $of.After | Should -Match 'trust-bundle\.pem$'
        $of.Now | Should -Be $of.After
        $of.Effect | Should -Match 'not by this shell and what it starts'
        $of.Checked | Should -Be @('ReadBack')
        $of.Again | Should -Be 0
        [System.Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($of.KeyAfter.Replace('no key', ''))) |
            Should -BeExactly ([System.Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($of.KeyBefore.Replace('no key', ''))))
        $of.KeyAfter | Should -BeExactly $of.KeyBefore
        $of.FilesAfter | Should -BeExactly $of.FilesBefore
    }
}

Describe 'User and machine' {
    It 'are set and taken back each for itself, in whatever order' {
        $seen = Invoke-Windows {
            param($Ca)
            function Read-Both {
                foreach ($key in 'HKCU:\Environment', 'HKLM:\System\CurrentControlSet\Control\Session Manager\Environment') {
                    (Get-Item $key).GetValue('CURL_CA_BUNDLE', $null, 'DoNotExpandEnvironmentNames')
                }
            }
            $machine = 'HKLM:\System\CurrentControlSet\Control\Session Manager\Environment'
            New-ItemProperty $machine CURL_CA_BUNDLE -Value '%ProgramData%\ca.pem' -PropertyType ExpandString | Out-Null
            foreach ($order in @('User', 'Machine'), @('Machine', 'User')) {
                foreach ($scope in 'Machine', 'User') {
                    Set-TrustBundleEnvironment $Ca -Scope $scope -Program curl -WarningAction SilentlyContinue | Out-Null
                }
                $both = @(Read-Both)
                Remove-TrustBundleEnvironment $order[0] | Out-Null
                $one = @(Read-Both)
                Remove-TrustBundleEnvironment $order[1] | Out-Null
                [pscustomobject] @{ Both = $both.Count; One = "$one".Trim(); After = "$(Read-Both)".Trim(); Kind = "$((Get-Item $machine).GetValueKind('CURL_CA_BUNDLE'))" }
            }
            Remove-ItemProperty $machine CURL_CA_BUNDLE
        } $ca
        $seen.Both | Should -Be 2, 2
        $seen[0].One | Should -Match '^C:\\made\\[^\\]+\\ProgramData\\TlsTrust\\trust-bundle\.pem$'
        $seen[1].One | Should -Match '^C:\\made\\[^\\]+\\AppData\\Local\\TlsTrust\\trust-bundle\.pem %ProgramData%\\ca\.pem$'
        $seen.After | Should -Be '%ProgramData%\ca.pem', '%ProgramData%\ca.pem'
        $seen.Kind | Should -Be 'ExpandString', 'ExpandString'
    }
}

Describe 'Seen from outside' {
    It 'is what reg.exe reads' {
        $before = Get-WineRegistry 'HKCU\Environment'
        Invoke-Windows { param($Ca) Set-TrustBundleEnvironment $Ca -Scope User -Program curl } $ca -Profile 'C:\made\outside' | Out-Null
        Get-WineRegistry 'HKCU\Environment' | Should -Match '"CURL_CA_BUNDLE"="C:\\\\made\\\\outside\\\\AppData\\\\Local\\\\TlsTrust\\\\trust-bundle.pem"'
        Invoke-Windows { Remove-TrustBundleEnvironment User } -Profile 'C:\made\outside' | Out-Null
        Get-WineRegistry 'HKCU\Environment' | Should -BeExactly $before
    }
}
