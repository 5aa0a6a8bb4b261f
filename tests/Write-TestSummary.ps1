<#
.SYNOPSIS
Adds up what the suites wrote down: a line for each, the reasons why tests were skipped, and one line "N passed, N failed, N skipped".
Ends with an error where a test failed or a suite did not run.
#>
[CmdletBinding()]
param(
    # The folder with a .trx of each xunit suite and Pester.json.
    [Parameter(Mandatory)] [string] $Results,

    # The suites that must have run.
    [Parameter(Mandatory)] [string[]] $Suite,

    # What went wrong besides tests that failed.
    [AllowEmptyCollection()] [AllowNull()] [string[]] $Broken
)

$ErrorActionPreference = 'Stop'

function Read-Trx {
    param([System.IO.FileInfo] $File)
    $run = ([xml](Get-Content $File.FullName -Raw)).TestRun
    $tests = @($run.Results.UnitTestResult)
    $name = Split-Path @($run.TestDefinitions.UnitTest)[0].storage -LeafBase
    [pscustomobject] @{
        Name    = if ($File.BaseName -in $Suite) { $File.BaseName } else { @($Suite -eq $name)[0] ?? $name }
        Passed  = @($tests | Where-Object outcome -eq Passed).Count
        # What was executed and did not pass has failed, whatever the logger calls it.
        Failed  = @($tests | Where-Object outcome -notin Passed, NotExecuted).Count
        Skipped = @($tests | Where-Object outcome -eq NotExecuted | ForEach-Object { "$($_.Output.ErrorInfo.Message)$($_.Output.StdOut)".Trim() })
    }
}

$found = @(
    Get-ChildItem $Results -Filter *.trx | ForEach-Object { Read-Trx $_ }
    if (Test-Path (Join-Path $Results Pester.json)) {
        $pester = Get-Content (Join-Path $Results Pester.json) -Raw | ConvertFrom-Json
        [pscustomobject] @{ Name = 'Pester'; Passed = $pester.passed; Failed = $pester.failed; Skipped = @($pester.skipped) }
    }
)
$failed = 0
Write-Host "`nSuites:"
foreach ($name in @($Suite; $found.Name) | Select-Object -Unique) {
    $of = @($found | Where-Object Name -eq $name)
    if ($of.Count -eq 0) {
        Write-Host "  ${name}: did not run, which counts as a failure"
        $failed++
    }

    foreach ($each in $of) {
        Write-Host "  ${name}: $($each.Passed) passed, $($each.Failed) failed, $($each.Skipped.Count) skipped"
    }
}

foreach ($reason in $found.Skipped | Group-Object | Sort-Object Count -Descending) {
    Write-Host "  skipped $($reason.Count): $($reason.Name)"
}

foreach ($line in $Broken) {
    Write-Host "  $line"
}

$failed += ($found | Measure-Object Failed -Sum).Sum
if ($Broken -and $failed -eq 0) {
    $failed = 1
}

$passed = ($found | Measure-Object Passed -Sum).Sum
Write-Host "$passed passed, $failed failed, $(@($found.Skipped).Count) skipped"
if ($failed -gt 0 -or $passed -eq 0) {
    exit 1
}
