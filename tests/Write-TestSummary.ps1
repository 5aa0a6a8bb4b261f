<#
.SYNOPSIS
Adds up what the suites wrote down: a line for each, the reasons why tests were skipped, and one line "N passed, N failed, N skipped".
Ends with an error where a test failed or a suite did not run.
#>
[CmdletBinding()]
param(
    # The folder with a .trx of each xunit suite and a .json of each Pester suite, or some with a number at the end.
    [Parameter(Mandatory)] [string] $Results,

    # The suites that must have run.
    [Parameter(Mandatory)] [string[]] $Suite,

    # What went wrong besides tests that failed.
    [AllowEmptyCollection()] [AllowNull()] [string[]] $Broken
)

$ErrorActionPreference = 'Stop'

function Get-SuiteName {
    # A suite's own name may end with a number, too.
    param([string] $File)
    @($Suite -eq $File)[0] ?? @($Suite -eq ($File -replace ' \d+$'))[0]
}

function Read-Trx {
    param([System.IO.FileInfo] $File)
    $run = ([xml](Get-Content $File.FullName -Raw)).TestRun
    $tests = @($run.Results.UnitTestResult)
    $name = Split-Path @($run.TestDefinitions.UnitTest)[0].storage -LeafBase
    [pscustomobject] @{
        Name    = (Get-SuiteName $File.BaseName) ?? (Get-SuiteName $name) ?? $name
        Passed  = @($tests | Where-Object outcome -eq Passed).Count
        # What was executed and did not pass has failed, whatever the logger calls it.
        Failed  = @($tests | Where-Object outcome -notin Passed, NotExecuted).Count
        Skipped = @($tests | Where-Object outcome -eq NotExecuted | ForEach-Object { "$($_.Output.ErrorInfo.Message)$($_.Output.StdOut)".Trim() })
    }
}

$found = @(
    Get-ChildItem $Results -Filter *.trx | ForEach-Object { Read-Trx $_ }
    foreach ($file in Get-ChildItem $Results -Filter *.json) {
        $pester = Get-Content $file.FullName -Raw | ConvertFrom-Json
        [pscustomobject] @{ Name = (Get-SuiteName $file.BaseName) ?? $file.BaseName; Passed = $pester.passed; Failed = $pester.failed; Skipped = @($pester.skipped) }
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
    else {
        $passed, $bad = ($of | Measure-Object Passed -Sum).Sum, ($of | Measure-Object Failed -Sum).Sum
        Write-Host "  ${name}: $passed passed, $bad failed, $(($of | ForEach-Object { $_.Skipped.Count } | Measure-Object -Sum).Sum) skipped"
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
Write-Host "$passed passed, $failed failed, $(($found | ForEach-Object { $_.Skipped.Count } | Measure-Object -Sum).Sum) skipped"
if ($failed -gt 0 -or $passed -eq 0) {
    exit 1
}
