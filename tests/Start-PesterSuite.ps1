<#
.SYNOPSIS
Runs the Pester suite in this process and ends with one line of numbers; build.ps1 starts it in a fresh process.
#>
[CmdletBinding()]
param(
    # The folder of the module to test; the suite has it as $env:TLSTRUST_MODULE.
    [Parameter(Mandatory)] [string] $Module,

    # Pester's manifest.
    [Parameter(Mandatory)] [string] $Pester,

    # Only these files; comma separated, since -File passes text.
    [string[]] $TestFile,

    # Under which name the numbers are written down.
    [string] $Suite = 'Pester'
)

$ErrorActionPreference = 'Stop'
Import-Module $Pester
$env:TLSTRUST_MODULE = (Resolve-Path $Module).Path

# Machines come with some of these set, and every verdict depends on them.
'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'AWS_CA_BUNDLE',
'GIT_SSL_CAINFO', 'NIX_SSL_CERT_FILE', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy', 'NO_COLOR' |
    ForEach-Object { Remove-Item "Env:$_" -ErrorAction Ignore }

$files = if ($TestFile) { $TestFile -split ',' } else { (Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1).FullName }
. (Join-Path $PSScriptRoot 'Lab.ps1')
$global:TlsTrustSuite = $true
try {
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $files
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Normal'
    $result = Invoke-Pester -Configuration $configuration
}
finally {
    Stop-Lab
}

foreach ($test in $result.Skipped) {
    Write-Host "skipped: $($test.ExpandedPath): $($test.ErrorRecord)"
}

$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
Write-Host "${Suite}: $($result.PassedCount) passed, $failed failed, $($result.SkippedCount + $result.NotRunCount + $result.InconclusiveCount) skipped"
if ($env:TLSTRUST_TEST_RESULTS) {
    @{
        passed  = $result.PassedCount
        failed  = $failed
        skipped = @($result.Tests | Where-Object Result -notin Passed, Failed | ForEach-Object { "$($_.ErrorRecord)" })
    } | ConvertTo-Json | Set-Content (Join-Path $env:TLSTRUST_TEST_RESULTS "$Suite.json")
}

exit [int]($failed -gt 0 -or $result.PassedCount -eq 0)
