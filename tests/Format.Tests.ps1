<#
Rendered views, held to the files in tests/views; what they show is made in MadeResults.ps1. After a wanted change:
    $env:TLSTRUST_UPDATE_VIEWS = 1; ./build.ps1 -Task Pester -TestFile tests/Format.Tests.ps1
and look at the difference.
#>
BeforeDiscovery {
    # Read from the format file, so that a new view without made results and a golden file fails here.
    $format = [xml](Get-Content (Join-Path $env:TLSTRUST_MODULE 'TlsTrust.Format.ps1xml') -Raw)
    $types = @{}
    foreach ($set in $format.Configuration.SelectionSets.SelectionSet) {
        $types[$set.Name] = @($set.Types.TypeName)[0] -replace '^.*\.'
    }

    $seen = @{}
    $views = @(
        foreach ($view in $format.Configuration.ViewDefinitions.View) {
            $type = $types[$view.ViewSelectedBy.SelectionSetName]
            $kind = $view.SelectSingleNode('*[substring(name(), string-length(name()) - 6) = "Control"]').Name -replace 'Control$'
            # What a user types: nothing for the first view of a type, no name for the first of a kind.
            $command = if (-not $seen[$type]) { '$items' } elseif (-not $seen["$type $kind"]) { "`$items | Format-$kind" } else { "`$items | Format-$kind -View $($view.Name)" }
            $seen[$type] = $seen["$type $kind"] = $true
            # The rows of reports are made for the window of today; everything else is also read in a log.
            @{ name = "$type.$($view.Name)"; type = $type; command = $command; width = $view.Name -eq 'Rows' ? 120 : 100 }
        }
    )
}

BeforeAll {
    . $PSScriptRoot/Shell.ps1
    $module = $env:TLSTRUST_MODULE
    Import-Module $module
    Add-Type -Path (Join-Path $module 'TlsTrust.dll')
    $made = . (Join-Path $PSScriptRoot 'MadeResults.ps1')

    function Get-Rendering {
        # In a shell without a window, which is taken for 100 columns (rows of reports: 120), so that the window of the tester has no say.
        param([string] $Command, [object[]] $Items, [string] $Rendering = 'PlainText', [int] $Width = 100)
        $shell = [powershell]::Create().AddScript({
                param($Module, $Command, $Items, $Rendering, $Width)
                Import-Module $Module
                $PSStyle.OutputRendering = $Rendering
                $text = & ([scriptblock]::Create('param($items) ' + $Command)) $Items | Out-String -Width $Width
                ($text -split "`r?`n").TrimEnd() -join "`n"
            }).AddArgument($module).AddArgument($Command).AddArgument($Items).AddArgument($Rendering).AddArgument($Width)
        try {
            $text = "$($shell.Invoke())".Trim("`n") + "`n"
            $shell.Streams.Error | Should -BeNullOrEmpty
            $text
        }
        finally {
            $shell.Dispose()
        }
    }
}

Describe 'View <name>' -ForEach $views {
    BeforeAll {
        $items = @($made[$type])
        $text = Get-Rendering $command $items -Width $width
        $file = Join-Path $PSScriptRoot "views/$name.txt"
        if ($env:TLSTRUST_UPDATE_VIEWS) {
            [System.IO.File]::WriteAllText($file, $text)
        }
    }

    It 'is as in tests/views' {
        $items | Should -Not -BeNullOrEmpty
        $text | Should -BeExactly ([System.IO.File]::ReadAllText($file))
    }

    It 'fits <width> columns' {
        foreach ($line in $text -split "`n") {
            # Letters of East Asia take two columns.
            ($line -replace '[\u2E80-\uA4CF]', '  ').Length | Should -BeLessOrEqual $width -Because $line
        }
    }

    It 'cuts nothing off' {
        # The formatter's mark; no made result has it. One line an endpoint leaves no room for a long host: the middle of that one is left out.
        $marks = [regex]::Matches($text, [char] 0x2026).Count
        $marks | Should -Be ($name -eq 'EndpointReport.Rows' ? 1 : 0)
    }

    It 'looks the same after a job or a file' {
        $xml = [System.Management.Automation.PSSerializer]::Serialize($items, 3)
        $again = [System.Management.Automation.PSSerializer]::Deserialize($xml)
        Get-Rendering $command $again -Width $width | Should -BeExactly $text
    }
}

Describe 'Many endpoints' {
    BeforeAll {
        $many = @(foreach ($i in 1..25) { $made.EndpointReport[0, 1, 3] })
    }

    It 'take one line each at 120 columns' {
        $text = (Get-Rendering '$items' $many -Width 120).TrimEnd()
        @($text -split "`n").Count | Should -Be ($many.Count + 3)
    }

    It 'take two at 80' {
        $text = (Get-Rendering '$items' $many -Width 80).TrimEnd()
        @($text -split "`n").Count | Should -BeLessOrEqual (2 * $many.Count + 3)
    }

    It 'are sorted by what ends first' {
        $text = Get-Rendering '$items | Sort-Object DaysLeft -Descending | Format-Table -View Expiry' $made.EndpointReport
        $text | Should -Match '(?s)90 2027-01-01 www\.example\.org .*Leaf CN=www\.example\.org'
    }
}

Describe 'One endpoint that was asked about alone' {
    It 'has its remedy and the next command below it' {
        $text = Get-Rendering '$items' $made.EndpointReport[0] -Width 120
        $text | Should -Not -Match 'Remedy'
        $text = Get-Rendering '$items' $made.EndpointReport[2] -Width 120
        $text | Should -Match 'Remedy \(Network\): Packets are dropped'
    }
}

Describe 'Several types in one output' {
    It 'stay readable' {
        $text = Get-Rendering '$items' @($made.EndpointReport[0]; $made.CertificateChain[0]; $made.IssuerMatch[0]; $made.PemRepairReport[0]; $made.EndpointReport[1]) -Width 120
        @($text -split "`n").Count | Should -BeLessThan 60
        $text | Should -Match 'directory\.example\.org'
    }
}

Describe 'Golden files' {
    It 'are there for every view of the format file, and for nothing else' -ForEach @{ names = $views.name } {
        $names.Count | Should -BeGreaterThan 20
        (Get-ChildItem (Join-Path $PSScriptRoot views)).BaseName | Sort-Object | Should -Be ($names | Sort-Object)
    }
}

Describe 'Dates' {
    It 'are of the calendar of certificates, whatever the user counts years by' {
        foreach ($view in '$items', '$items[0].BuiltPath') {
            Get-Rendering "[cultureinfo]::CurrentCulture = 'fa-IR'; $view" $made.EndpointReport | Should -BeExactly (Get-Rendering $view $made.EndpointReport)
        }
    }
}

Describe 'Colours' {
    It 'are there where the host has them' {
        Get-Rendering '$items' $made.EndpointReport Ansi | Should -Match "`e\["
    }

    It 'are not there in plain text' {
        Get-Rendering '$items' $made.EndpointReport PlainText | Should -Not -Match "`e\["
    }

    It 'obey NO_COLOR' {
        $lines = & {
            $env:NO_COLOR = '1'
            try {
                Invoke-Shell -Command "Import-Module '$module'; Test-TlsEndpoint 127.0.0.1:1 -TrustStore '$module/LICENSE'; `$PSStyle.OutputRendering"
            }
            finally {
                Remove-Item Env:NO_COLOR
            }
        }
        $lines -join "`n" | Should -Match Unreachable
        $lines -join "`n" | Should -Not -Match "`e\["
    }
}
