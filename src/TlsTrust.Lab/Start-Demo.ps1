<#
.SYNOPSIS
Has the module's own Test-TlsEndpoint diagnose every scenario of the lab in this shell, beside what is right; build.ps1 -Task Demo starts it
in a fresh process. The exit code is 0 when all were diagnosed as expected.
#>
[CmdletBinding()]
param(
    # The module as it was built.
    [Parameter(Mandatory)] [string] $Module,

    # The folder of the lab's assembly.
    [Parameter(Mandatory)] [string] $Lab
)

$ErrorActionPreference = 'Stop'
$width = 120

# Machines come with some of these set; what they say has no part in this.
'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED' | ForEach-Object { Remove-Item "Env:$_" -ErrorAction Ignore }

function Get-ScenarioParameter {
    # What a user would tell Test-TlsEndpoint.
    param([TlsTrust.Lab.RunningScenario] $Running)
    $parameters = @{ Endpoint = $Running.Endpoint; Revocation = $Running.Revocation }
    # A user can't name a store that is not there; a variable of the machine can.
    $there = Test-Path $Running.TrustStorePath
    if ($there) { $parameters.TrustStore = $Running.TrustStorePath }
    $env:SSL_CERT_FILE, $env:SSL_CERT_DIR = $there ? ($null, $null) : ($Running.TrustStorePath, $Running.TrustStorePath)
    if ($Running.HostName) { $parameters.HostName = $Running.HostName }
    if ($Running.SearchPaths.Count) { $parameters.SearchPath = $Running.SearchPaths }
    if ($Running.Proxy) { $parameters.Proxy = $Running.Proxy } else { $parameters.NoProxy = $true }
    if ($Running.ClientCertificate) { $parameters.ClientCertificate = $Running.ClientCertificate }
    if (-not $Running.AtIsClock) { $parameters.At = $Running.At }
    if ($Running.Repeat -gt 1) { $parameters.Repeat = $Running.Repeat }
    foreach ($switch in 'AllAddresses', 'AllChains', 'NoDownload') { $parameters.$switch = $Running.$switch }
    $parameters.ProbeLegacyProtocol = $Running.ProbeLegacyProtocols
    $parameters
}

function Get-Row {
    # The module's own table: its head, or the rows.
    param([object[]] $Report, [switch] $Head)
    $lines = @($Report | Format-Table | Out-String -Stream -Width $width | Where-Object { $_.Trim() })
    if ($Head) { $lines | Select-Object -First 2 } else { $lines | Select-Object -Skip 2 }
}

Import-Module $Module
Add-Type -Path (Join-Path $Module 'TlsTrust.dll'), (Join-Path $Lab 'TlsTrust.Lab.dll')
$surroundings = [TlsTrust.PowerShell.TlsTrustCommand].Assembly.GetType('TlsTrust.PowerShell.Surroundings').GetProperty('Lab')
$server = [TlsTrust.Lab.LabServer]::StartAsync($null, $null, [System.Threading.CancellationToken]::None).GetAwaiter().GetResult()
try {
    $good = 0
    $shown = $null
    # Elsewhere no variable names the default store.
    $scenarios = @($server.Scenarios | Where-Object { $IsLinux -or (Test-Path $_.TrustStorePath) })
    foreach ($running in $scenarios) {
        $surroundings.SetValue($null, [TlsTrust.Lab.LabDiagnosis]::SurroundingsOf($server, $running))
        $parameters = Get-ScenarioParameter $running
        $reports = @(Test-TlsEndpoint @parameters)
        $outcome = [TlsTrust.Lab.ScenarioOutcome]::Of($running.Scenario, [TlsTrust.EndpointReport[]] $reports)
        $scenario = $running.Scenario
        if ($null -eq $shown) {
            Get-Row $reports -Head
        }

        if ($scenario.Name -eq 'missing-intermediate') {
            $shown = $outcome.Report
        }
        elseif ($null -eq $shown) {
            $shown = $false
        }

        $good += [int] $outcome.Ok
        $expected = @("$($scenario.ExpectedVerdict)"; "$($scenario.ExpectedCause)"; $scenario.ExpectedFindings | ForEach-Object ToString) | Select-Object -Unique
        ''
        '{0} {1}: {2}' -f ($outcome.Ok ? 'ok  ' : 'FAIL'), $scenario.Name, $scenario.Description
        '     expected {0}' -f ($expected -join ', ')
        Get-Row $reports
        if (-not $outcome.Ok) {
            '     found {0}' -f ($outcome.Findings -join ', ')
        }
    }

    ''
    "One of them in full, as Test-TlsEndpoint $($shown.Endpoint) | Format-List shows it:"
    $shown | Format-List | Out-String -Width $width
    "$good of $($scenarios.Count) scenarios diagnosed as expected."
}
finally {
    [void] $server.DisposeAsync().AsTask().GetAwaiter().GetResult()
}

exit [int]($good -ne $scenarios.Count)
