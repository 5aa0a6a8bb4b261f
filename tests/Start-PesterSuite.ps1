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

    # A folder that shells of one suite share: each takes the files that none of the others has taken. All of them where it is not given.
    [string] $Queue,

    # The folder in which Wine runs, of a suite that needs it.
    [string] $Wine,

    # Under which name the numbers are written down.
    [string] $Suite = 'Pester'
)

$ErrorActionPreference = 'Stop'
$slowest = 'Files.Tests.ps1', 'Provisioning.Tests.ps1', 'Registry.Tests.ps1', 'Module.Tests.ps1',
    'Format.Tests.ps1', 'BouncyCastle.Tests.ps1', 'Remedy.Tests.ps1', 'Pipeline.Tests.ps1', 'Examples.Tests.ps1', 'Fleet'
Import-Module $Pester
$env:TLSTRUST_MODULE = (Resolve-Path $Module).Path
if ($Wine) {
    $env:TLSTRUST_WINE = $Wine
}

# Machines come with some of these set, and every verdict depends on them.
'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'AWS_CA_BUNDLE',
'GIT_SSL_CAINFO', 'NIX_SSL_CERT_FILE', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy', 'NO_COLOR' |
    ForEach-Object { Remove-Item "Env:$_" -ErrorAction Ignore }

# What takes longest comes first. Fleets have the same addresses, so all of them are one piece.
$files = @($TestFile ? $TestFile -split ',' : (Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1).FullName)
$pieces = @($files | Group-Object { (Split-Path $_ -Leaf) -replace '^(Fleet)\..*', '$1' } |
        Sort-Object { [array]::IndexOf($slowest, $_.Name) } -Descending -Stable)

function Test-Taken {
    # Takes a piece, or says that another shell has.
    param([string] $Name)
    if (-not $Queue) {
        return $false
    }

    try {
        [System.IO.File]::Open((Join-Path $Queue $Name), 'CreateNew').Dispose()
        $false
    }
    catch [System.IO.IOException] {
        $true
    }
}

. (Join-Path $PSScriptRoot 'Lab.ps1')
$global:TlsTrustSuite = $true
$results = try {
    foreach ($piece in $pieces) {
        if (Test-Taken $piece.Name) {
            continue
        }

        $configuration = New-PesterConfiguration
        $configuration.Run.Path = $piece.Group
        $configuration.Run.PassThru = $true
        $configuration.Output.Verbosity = $files.Count -eq 1 ? 'Detailed' : 'Normal'
        Invoke-Pester -Configuration $configuration
    }
}
finally {
    Stop-Lab
}

foreach ($test in $results.Skipped) {
    Write-Host "skipped: $($test.ExpandedPath): $($test.ErrorRecord)"
}

$sum = @{}
foreach ($name in 'Passed', 'Failed', 'FailedBlocks', 'FailedContainers', 'Skipped', 'NotRun', 'Inconclusive') {
    $sum[$name] = [int] ($results | Measure-Object "${name}Count" -Sum).Sum
}

$failed = $sum.Failed + $sum.FailedBlocks + $sum.FailedContainers
Write-Host "${Suite}: $($sum.Passed) passed, $failed failed, $($sum.Skipped + $sum.NotRun + $sum.Inconclusive) skipped"
if ($env:TLSTRUST_TEST_RESULTS) {
    @{
        passed  = $sum.Passed
        failed  = $failed
        skipped = @($results.Tests | Where-Object Result -notin Passed, Failed | ForEach-Object { "$($_.ErrorRecord)" })
    } | ConvertTo-Json | Set-Content (Join-Path $env:TLSTRUST_TEST_RESULTS "$Suite.json")
}

exit [int]($failed -gt 0 -or $sum.Passed -eq 0)
