BeforeAll {
    . $PSScriptRoot/Lab.ps1
    Import-Module $env:TLSTRUST_MODULE
    $missing = Get-LabParameter missing-intermediate
    $report = Test-TlsEndpoint @missing
    $file = Join-Path $TestDrive yesterday.xml
    $report | Export-Clixml $file -Depth 4
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Compare-TlsReport' {
    It 'gives nothing where nothing changed, and all of it when asked' {
        $report | Compare-TlsReport (Import-Clixml $file) | Should -BeNullOrEmpty
        $same = $report | Compare-TlsReport (Import-Clixml $file) -IncludeSame
        "$($same.Changes)" | Should -Be 'Same'
    }

    It 'tells another cause and another store' {
        # A store that has none of the lab's roots.
        $leaf = Join-Path $TestDrive leaf.pem
        Set-Content $leaf $report.Presented[0].Pem
        $judged = $report | Test-TlsEndpoint -TrustStore $leaf
        $difference = $judged | Compare-TlsReport -Reference (Import-Clixml $file)
        $difference.Changes | Should -Contain 'Cause'
        $difference.Changes | Should -Contain 'Store'
        $difference.CauseBefore | Should -Be 'MissingIntermediate'
        $difference.IsWorse | Should -BeFalse -Because 'it was not trusted before'
    }

    It 'tells new and gone ones' {
        $refused = Test-TlsEndpoint 127.0.0.1:1
        $differences = $refused | Compare-TlsReport (Import-Clixml $file)
        @($differences).Count | Should -Be 2
        "$(($differences | Where-Object Endpoint -EQ '127.0.0.1:1').Changes)" | Should -Be 'New'
        "$(($differences | Where-Object Endpoint -NE '127.0.0.1:1').Changes)" | Should -Be 'Gone'
    }

    It 'answers a build with one word' {
        $report | Compare-TlsReport (Import-Clixml $file) -Quiet | Should -BeTrue
        Test-TlsEndpoint 127.0.0.1:1 | Compare-TlsReport (Import-Clixml $file) -Quiet | Should -BeFalse
        @() | Compare-TlsReport (Import-Clixml $file) -Quiet | Should -BeFalse -Because 'a run without a report proves nothing'
    }

    It 'wants reports' {
        { $report | Compare-TlsReport 'x' } | Should -Throw -ErrorId 'InvalidInput,TlsTrust.PowerShell.CompareTlsReportCommand'
    }

    It 'goes into a report' {
        Test-TlsEndpoint 127.0.0.1:1 | Compare-TlsReport (Import-Clixml $file) | Export-TlsReport -As Markdown | Should -Match 'not looked at any more'
    }
}
