<#
.SYNOPSIS
Classes of xunit that a run leaves out: lists of them, each with its reason, which counts as a skipped test.
#>

function Read-LeftOut {
    # The classes of a list, each with its reason. One that is not there is an error: its tests have gone elsewhere.
    param([Parameter(Mandatory)] [string] $Path, [Parameter(Mandatory)] [AllowEmptyCollection()] [string[]] $There)
    $found = [ordered] @{}
    foreach ($line in Get-Content $Path | Where-Object { $_ -and $_ -notlike '#*' }) {
        $name, $reason = $line -split ':\s*', 2
        if (-not $reason -or $found.Contains("TlsTrust.Tests.$name")) {
            throw "$Path has no reason, or a second one: $line"
        }

        $found["TlsTrust.Tests.$name"] = $reason
    }

    $lost = @($found.Keys | Where-Object { $_ -notin $There })
    if ($lost) {
        throw "These classes of $Path are not there: $($lost -join ', ')"
    }

    $found
}

function Write-LeftOut {
    # Beside the results of what did run.
    param([System.Collections.Specialized.OrderedDictionary] $LeftOut, [string] $Path)
    @{ passed = 0; failed = 0; skipped = @($LeftOut.Values | ForEach-Object { "a class of xunit: $_" }) } | ConvertTo-Json | Set-Content $Path
}
