<#
Rendered views, held to the files in tests/views; what they show is made in MadeResults.ps1. After a wanted change:
    $env:TLSTRUST_UPDATE_VIEWS = 1; ./build.ps1 -Task Pester -TestFile tests/Format.Tests.ps1
and look at the difference.
#>
BeforeDiscovery {
    # Read from the format file, so that a new view without made results and a golden file fails here.
    $format = [xml](Get-Content (Join-Path $PSScriptRoot '../out/TlsTrust/TlsTrust.Format.ps1xml') -Raw)
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
            @{ name = "$type.$($view.Name)"; type = $type; command = $command }
        }
    )
}

BeforeAll {
    $module = (Resolve-Path (Join-Path $PSScriptRoot '../out/TlsTrust')).Path
    Import-Module $module
    Add-Type -Path (Join-Path $module 'TlsTrust.dll')
    $made = . (Join-Path $PSScriptRoot 'MadeResults.ps1')

    function Get-Rendering {
        # In a shell without a window, which is taken for 100 columns, so that the window of the tester has no say.
        param([string] $Command, [object[]] $Items, [string] $Rendering = 'PlainText')
        $shell = [powershell]::Create().AddScript({
                param($Module, $Command, $Items, $Rendering)
                Import-Module $Module
                $PSStyle.OutputRendering = $Rendering
                $text = & ([scriptblock]::Create('param($items) ' + $Command)) $Items | Out-String -Width 100
                ($text -split "`r?`n").TrimEnd() -join "`n"
            }).AddArgument($module).AddArgument($Command).AddArgument($Items).AddArgument($Rendering)
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
        $text = Get-Rendering $command $items
        $file = Join-Path $PSScriptRoot "views/$name.txt"
        if ($env:TLSTRUST_UPDATE_VIEWS) {
            [System.IO.File]::WriteAllText($file, $text)
        }
    }

    It 'is as in tests/views' {
        $items | Should -Not -BeNullOrEmpty
        $text | Should -BeExactly ([System.IO.File]::ReadAllText($file))
    }

    It 'fits 100 columns' {
        foreach ($line in $text -split "`n") {
            # Letters of East Asia take two columns.
            ($line -replace '[\u2E80-\uA4CF]', '  ').Length | Should -BeLessOrEqual 100 -Because $line
        }
    }

    It 'cuts nothing off' {
        # The formatter's mark; no made result has it.
        $text | Should -Not -Match ([char] 0x2026)
    }

    It 'looks the same after a job or a file' {
        $xml = [System.Management.Automation.PSSerializer]::Serialize($items, 3)
        $again = [System.Management.Automation.PSSerializer]::Deserialize($xml)
        Get-Rendering $command $again | Should -BeExactly $text
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
                & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$module'; Test-TlsEndpoint 127.0.0.1:1 -TrustStore '$module/LICENSE'; `$PSStyle.OutputRendering"
            }
            finally {
                Remove-Item Env:NO_COLOR
            }
        }
        $lines -join "`n" | Should -Match Unreachable
        $lines -join "`n" | Should -Not -Match "`e\["
    }
}
