BeforeAll {
    . $PSScriptRoot/TrustEnvironment.ps1
    Import-Module $env:TLSTRUST_MODULE
    $saved = Enter-MadeHome $TestDrive
    $class = 'TlsTrust.PowerShell.RepairTrustBundleEnvironmentCommand'
}

AfterAll {
    Exit-MadeHome $saved
}

Describe 'Repair-TrustBundleEnvironment' {
    BeforeEach {
        [System.IO.File]::WriteAllText("$PWD/.wgetrc", "tries = 3`r`ncheck_certificate = off`r`n# end")
        $env:GIT_SSL_NO_VERIFY = '0'
    }

    AfterEach {
        $env:GIT_SSL_NO_VERIFY = $null
    }

    It 'is undone with -Undo, byte for byte, and only once' {
        $null = Repair-TrustBundleEnvironment wget, git
        (Repair-TrustBundleEnvironment -Undo -WhatIf).Count | Should -Be 2
        [System.IO.File]::ReadAllText("$PWD/.wgetrc") | Should -Be "tries = 3`r`n# end"
        (Repair-TrustBundleEnvironment -Undo).Verified | Should -Be 'ReadBack', 'ReadBack'
        [System.IO.File]::ReadAllText("$PWD/.wgetrc") | Should -Be "tries = 3`r`ncheck_certificate = off`r`n# end"
        $env:GIT_SSL_NO_VERIFY | Should -Be '0'
        Repair-TrustBundleEnvironment -Undo | Should -BeNullOrEmpty
    }

    It 'undoes what Get found, from the pipeline, and nothing else' {
        $changes = Get-TrustBundleEnvironment wget, git -Insecure | Repair-TrustBundleEnvironment
        $changes | Should -BeOfType TlsTrust.TrustEnvironmentChange
        $changes.Verified | Should -Be 'ReadBack', 'ReadBack'
        [System.IO.File]::ReadAllText("$PWD/.wgetrc") | Should -Be "tries = 3`r`n# end"
        Test-Path Env:GIT_SSL_NO_VERIFY | Should -BeFalse
        Get-TrustBundleEnvironment wget, git -Insecure | Should -BeNullOrEmpty
    }

    It 'takes findings that went through a file' {
        $file = Join-Path $TestDrive 'found.xml'
        Get-TrustBundleEnvironment wget -Insecure | Export-Clixml $file
        (Import-Clixml $file | Repair-TrustBundleEnvironment).Line | Should -Be 2
        [System.IO.File]::ReadAllText("$PWD/.wgetrc") | Should -Be "tries = 3`r`n# end"
    }

    It 'touches nothing with -WhatIf' {
        (Repair-TrustBundleEnvironment wget, git -WhatIf).Count | Should -Be 2
        [System.IO.File]::ReadAllText("$PWD/.wgetrc") | Should -Match 'check_certificate'
        $env:GIT_SSL_NO_VERIFY | Should -Be '0'
    }

    It 'repairs one program only when asked to' {
        $null = Repair-TrustBundleEnvironment git
        [System.IO.File]::ReadAllText("$PWD/.wgetrc") | Should -Match 'check_certificate'
        Test-Path Env:GIT_SSL_NO_VERIFY | Should -BeFalse
    }

    It 'goes on behind a file that cannot be written' -Skip:$IsWindows {
        Set-Content ./.curlrc 'insecure'
        Set-Content ./.npmrc 'strict-ssl=false'
        chmod 444 ./.wgetrc
        $null = Repair-TrustBundleEnvironment curl, wget, npm -ErrorVariable fault -ErrorAction SilentlyContinue
        $fault.FullyQualifiedErrorId | Should -Be "FileNotWritable,$class"
        $fault[0].TargetObject | Should -Be (Get-Item -Force ./.wgetrc).FullName
        (Get-TrustBundleEnvironment curl, wget, npm -Insecure).Setting | Should -Be 'check_certificate'
        Remove-Item -Force ./.wgetrc, ./.curlrc, ./.npmrc
    }

    It 'says what it cannot use' {
        $change = Repair-TrustBundleEnvironment wget -WhatIf
        $change | Repair-TrustBundleEnvironment -ErrorVariable fault -ErrorAction SilentlyContinue
        $fault[0].FullyQualifiedErrorId | Should -Be "InvalidInput,$class"
    }
}
