BeforeAll {
    $module = $env:TLSTRUST_MODULE
    Import-Module $module
    Add-Type -Path (Join-Path $module 'TlsTrust.dll')
    $made = . (Join-Path $PSScriptRoot 'MadeResults.ps1')
    $mixture = @($made.EndpointReport; $made.CertificateChain; $made.IssuerMatch; $made.PemRepairReport; $made.ProgramTrust; $made.InsecureSetting; $made.ReportDifference)
}

Describe 'Export-TlsReport' {
    It 'writes any mixture as <format>, by the end of the name' -ForEach @(
        @{ format = 'Html'; file = 'a.html'; like = '<!DOCTYPE html>*www.example.org*</html>*' }
        @{ format = 'Markdown'; file = 'a.md'; like = '# TLS trust report*' }
        @{ format = 'JUnit'; file = 'a.xml'; like = '<?xml*<testsuites>*' }
        @{ format = 'Sarif'; file = 'a.sarif'; like = '{*2.1.0*' }
        @{ format = 'Prometheus'; file = 'a.prom'; like = '# HELP tlstrust_trusted *' }
        @{ format = 'ICalendar'; file = 'a.ics'; like = "BEGIN:VCALENDAR`r`n*END:VCALENDAR`r`n" }
        @{ format = 'Csv'; file = 'a.csv'; like = '"Kind","Name","Verdict"*' }
    ) {
        $path = Join-Path $TestDrive $file
        $written = $mixture | Export-TlsReport $path
        $written | Should -BeOfType System.IO.FileInfo
        [System.IO.File]::ReadAllText($path) | Should -BeLike $like
        ($mixture | Export-TlsReport -As $format) | Should -BeLike $like
        Get-ChildItem $TestDrive -Filter *.tmp | Should -BeNullOrEmpty
    }

    It 'annotates for <as>' -ForEach @(
        @{ as = 'GitHub'; like = '::error title=www.example.org%3A443%3A MissingIntermediate::*' }
        @{ as = 'Azure'; like = '##vso`[task.logissue type=error;code=MissingIntermediate`]www.example.org:443*' }
    ) {
        $mixture | Export-TlsReport -As $as | Should -BeLike $like
    }

    It 'overwrites nothing without -Force, and says so once' {
        $path = Join-Path $TestDrive there.csv
        Set-Content $path 'mine'
        $mixture | Export-TlsReport -OutFile $path -ErrorVariable faults -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        @($faults).Count | Should -Be 1
        $faults[0].FullyQualifiedErrorId | Should -Be 'FileExists,TlsTrust.PowerShell.ExportTlsReportCommand'
        Get-Content $path | Should -Be 'mine'
        $mixture | Export-TlsReport -Path $path -Force | Should -Not -BeNullOrEmpty
        @(Import-Csv $path).Count | Should -Be $mixture.Count
    }

    It 'says what it needs where nothing names the format' {
        { $mixture | Export-TlsReport } | Should -Throw -ErrorId 'InvalidCombination,TlsTrust.PowerShell.ExportTlsReportCommand'
        { $mixture | Export-TlsReport x.unknown } | Should -Throw -ErrorId 'InvalidCombination,TlsTrust.PowerShell.ExportTlsReportCommand'
    }

    It 'writes nothing with -WhatIf' {
        $path = Join-Path $TestDrive whatif.html
        $mixture | Export-TlsReport $path -WhatIf | Should -BeNullOrEmpty
        $path | Should -Not -Exist
    }

    It 'shows only the tags that were chosen' {
        $report = [TlsTrust.EndpointReport] $made.EndpointReport[0]
        $tags = [System.Collections.Generic.List[System.Collections.Generic.KeyValuePair[string, string]]]::new()
        $tags.Add([System.Collections.Generic.KeyValuePair[string, string]]::new('Owner', 'team-a'))
        $tags.Add([System.Collections.Generic.KeyValuePair[string, string]]::new('Password', 'hunter2'))
        $type = [TlsTrust.EndpointReport]
        $type.GetProperty('Tag').SetValue($report, [TlsTrust.TagSet]::new($tags))
        foreach ($as in 'Html', 'Markdown', 'JUnit', 'Sarif', 'Prometheus', 'Csv') {
            $text = $report | Export-TlsReport -As $as -Tag Owner
            $text | Should -Match 'team-a'
            $text | Should -Not -Match 'hunter2'
        }
    }

    It 'shows rows of a list that are no endpoints, with 2>&1' {
        $path = Join-Path $TestDrive rows.csv
        Test-TlsEndpoint '127.0.0.1:1', 'b:99999' -ErrorAction Continue 2>&1 | Export-TlsReport $path | Should -Not -BeNullOrEmpty
        $rows = Import-Csv $path
        @($rows).Count | Should -Be 2
        ($rows | Where-Object Verdict -EQ Unusable).Why | Should -BeLike '*99999*'
    }

    It 'leaves a whole report that says it is incomplete when the pipeline is stopped' {
        $path = Join-Path $TestDrive stopped.html
        $shell = [powershell]::Create().AddScript({
                param($Module, $Items, $Path)
                Import-Module $Module
                & { $Items; Start-Sleep 60 } | Export-TlsReport $Path
            }).AddArgument($module).AddArgument($mixture).AddArgument($path)
        $run = $shell.BeginInvoke()
        Start-Sleep -Milliseconds 1500
        $shell.Stop()
        $run.IsCompleted | Should -BeTrue
        $text = [System.IO.File]::ReadAllText($path)
        $text | Should -Match 'Incomplete: the run was stopped before its end'
        $text.TrimEnd() | Should -BeLike '*www.example.org*</html>'
        Get-ChildItem $TestDrive -Filter *.tmp | Should -BeNullOrEmpty
    }
}
