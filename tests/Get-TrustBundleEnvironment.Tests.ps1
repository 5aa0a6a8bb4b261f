BeforeAll {
    . $PSScriptRoot/TrustEnvironment.ps1
    Import-Module $env:TLSTRUST_MODULE
    $saved = Enter-MadeHome $TestDrive
    $null = New-MadeCertificate ./ca.pem
    $class = 'TlsTrust.PowerShell.GetTrustBundleEnvironmentCommand'
}

AfterAll {
    Exit-MadeHome $saved
}

Describe 'What programs trust' {
    It 'gives one row for each program, with a reason' {
        $rows = Get-TrustBundleEnvironment
        $rows | Should -BeOfType TlsTrust.ProgramTrust
        $rows.Count | Should -BeGreaterThan 45
        $rows.Program | Should -Contain 'curl'
        ($rows | Where-Object { -not $_.Reason -and $_.Store -ne 'nothing' }).Program | Should -BeNullOrEmpty
    }

    It 'takes wildcards and reports an unknown program, and goes on' {
        (Get-TrustBundleEnvironment perl*).Program | Should -Be 'perl-lwp', 'perl-http-tiny'
        (Get-TrustBundleEnvironment curl, nonsense -ErrorVariable fault -ErrorAction SilentlyContinue).Program | Should -Be 'curl'
        $fault.FullyQualifiedErrorId | Should -Be "InvalidInput,$class"
        $fault[0].ErrorDetails.RecommendedAction | Should -Match 'curl'
    }

    It 'says Missing where a variable names no file, and which variable' {
        $env:GIT_SSL_CAINFO = Join-Path $PWD 'no such.pem'
        try {
            $row = Get-TrustBundleEnvironment git
            $row.Status | Should -Be 'Missing'
            $row.Reason | Should -Be 'GIT_SSL_CAINFO (process)'
            $row.Detail | Should -Match 'stops with an error'
        }
        finally {
            $env:GIT_SSL_CAINFO = $null
        }
    }

    It 'shows another process on Linux, and says so for one that is not there' -Skip:(-not $IsLinux) {
        (Get-TrustBundleEnvironment curl -Id $PID).Program | Should -Be 'curl'
        { Get-TrustBundleEnvironment curl -Id 4194304 -ErrorAction Stop } | Should -Throw -ErrorId "InvalidInput,$class"
    }

    It 'survives Clixml and a CSV row shows no type names' {
        $file = Join-Path $TestDrive 'rows.xml'
        Get-TrustBundleEnvironment curl | Export-Clixml $file
        (Import-Clixml $file).Status | Should -Be (Get-TrustBundleEnvironment curl).Status
        Get-TrustBundleEnvironment curl | ConvertTo-Csv | Should -Not -Match 'ResultList|System\.'
    }
}

Describe 'Switched-off verification' {
    It 'is found in a variable and in a file, with its line' {
        Set-Content ./.wgetrc "tries = 3`ncheck_certificate = off"
        $env:NODE_TLS_REJECT_UNAUTHORIZED = '0'
        try {
            $found = Get-TrustBundleEnvironment wget, node -Insecure
            ($found | Where-Object Program -EQ wget).Line | Should -Be 2
            ($found | Where-Object Program -EQ node).Undo | Should -Match 'NODE_TLS_REJECT_UNAUTHORIZED'
            ($found | Where-Object Program -EQ node).Scope | Should -Be 'Process'
        }
        finally {
            $env:NODE_TLS_REJECT_UNAUTHORIZED = $null
            Remove-Item ./.wgetrc -Force
        }
    }
}

Describe 'An endpoint' {
    It 'that is none is an error and the others are asked' {
        $rows = Get-TrustBundleEnvironment curl -Endpoint '127.0.0.1:1', 'a b:99999' -ErrorVariable fault -ErrorAction SilentlyContinue
        $rows.Endpoint | Should -Be '127.0.0.1:1'
        $rows.Accepts | Should -BeNullOrEmpty
        $fault.FullyQualifiedErrorId | Should -Be "InvalidEndpoint,$class"
    }
}

Describe 'Completion' {
    It 'knows programs, scopes' {
        Get-Completion 'Get-TrustBundleEnvironment -Program pyt' | Should -Contain 'python'
        Get-Completion 'Get-TrustBundleEnvironment -Scope U' | Should -Be 'User'
    }
}
