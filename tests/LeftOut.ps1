<#
.SYNOPSIS
What a run leaves out, by left-out.txt: names with their reasons, each of which counts as a skipped test.
#>

function Read-LeftOut {
    # What a run leaves out of what there is, classes with their namespaces or Pester files. A name of that kind that is not there is an
    # error: its tests have gone elsewhere.
    param(
        [Parameter(Mandatory)] [ValidateSet('core', 'net8', 'wine')] [string] $Run,
        [Parameter(Mandatory)] [string[]] $There
    )
    $list = Join-Path $PSScriptRoot left-out.txt
    $areFiles = $There[0] -like '*.ps1'
    $found = [ordered] @{}
    foreach ($line in Get-Content $list | Where-Object { $_ -and $_ -notlike '#*' }) {
        $name, $runs, $reason = $line -split ':\s*', 3
        if (-not $reason) {
            throw "$list has no reason: $line"
        }

        if ($Run -in -split $runs -and ($name -like '*.ps1') -eq $areFiles) {
            $found[$areFiles ? $name : "TlsTrust.Tests.$name"] = $reason
        }
    }

    $lost = @($found.Keys | Where-Object { $_ -notin $There })
    if ($lost) {
        throw "$list names what is not there: $($lost -join ', ')"
    }

    $found
}

function Write-LeftOut {
    # Beside the results of what did run.
    param([System.Collections.Specialized.OrderedDictionary] $LeftOut, [string] $Path)
    @{ passed = 0; failed = 0; skipped = @($LeftOut.GetEnumerator() | ForEach-Object { "left out, because it $($_.Value)" }) } |
        ConvertTo-Json | Set-Content $Path
}
