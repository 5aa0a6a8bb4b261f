<#
.SYNOPSIS
The lab for Pester: deliberately broken TLS servers on loopback, started once for all files of a run, on first use.
#>

function Get-LabScenario {
    # One scenario of `TlsTrust.Lab --serve --json`: endpoint, hostName, trustStore, at and more.
    param([Parameter(Mandatory)] [string] $Name)
    if (-not $global:TlsTrustLab) {
        Start-Lab
    }

    $scenario = $global:TlsTrustLab.Scenarios[$Name]
    if (-not $scenario) {
        throw "The lab has no scenario '$Name'."
    }

    $scenario
}

function Get-LabParameter {
    # What Test-TlsEndpoint has to be told for a scenario, to be splatted.
    param([Parameter(Mandatory)] [string] $Name)
    $scenario = Get-LabScenario $Name
    $parameters = @{ Endpoint = $scenario.endpoint; TrustStore = $scenario.trustStore; At = $scenario.at }
    if ($scenario.hostName) {
        $parameters.HostName = $scenario.hostName
    }

    if ($scenario.searchPaths) {
        $parameters.SearchPath = $scenario.searchPaths
    }

    $parameters
}

function Start-Lab {
    # For this machine: builds for others lie one folder deeper.
    $tool = Get-ChildItem (Join-Path $PSScriptRoot '../src/TlsTrust.Lab/bin/*/*/TlsTrust.Lab.dll') |
        Sort-Object LastWriteTime | Select-Object -Last 1
    if (-not $tool) {
        throw 'The lab is not built: dotnet build src/TlsTrust.Lab'
    }

    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    $tool.FullName, '--serve', '--json' | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardInput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $json = [System.Text.StringBuilder]::new()
    do {
        $line = $process.StandardOutput.ReadLine()
        [void] $json.AppendLine($line)
    } until ($null -eq $line -or $line -eq ']')
    if ($null -eq $line) {
        throw "The lab did not start: $json"
    }

    $scenarios = @{}
    ConvertFrom-Json $json.ToString() | ForEach-Object { $scenarios[$_.scenario] = $_ }
    $global:TlsTrustLab = @{ Process = $process; Scenarios = $scenarios }
}

function Stop-Lab {
    if (-not $global:TlsTrustLab) {
        return
    }

    # SIGTERM lets it remove its folder.
    $process = $global:TlsTrustLab.Process
    if ($IsWindows) {
        $process.Kill()
    }
    else {
        # The program is another package's; of every sh it is a part.
        & sh -c "kill -TERM $($process.Id)"
    }

    [void] $process.WaitForExit(5000)
    $global:TlsTrustLab = $null
}
