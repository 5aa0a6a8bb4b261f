<#
.SYNOPSIS
What sessions to many machines cost: opens so many over SSH, all on this machine, and asks each the same question twice. The server is nginx,
which takes connections side by side. Times are upper bounds: a real machine brings its own processor.

.EXAMPLE
./tests/Measure-Fleet.ps1 -Module $env:TLSTRUST_MODULE -Count 8, 16, 32   # the module that build.ps1 made
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Module,

    [int[]] $Count = (8, 16, 32)
)

. $PSScriptRoot/Shell.ps1
. $PSScriptRoot/Fleet.ps1
Import-Module $Module
if ($obstacle = Get-FleetObstacle) {
    throw $obstacle
}

function Get-Used {
    # Processor seconds and resident bytes of this process, and of all that run in the machines' namespaces.
    param([hashtable] $Fleet)
    $ids = @($PID) + @($Fleet.Machines.Values | ForEach-Object { ip netns pids $_.Space })
    $all = Get-Process -Id $ids -ErrorAction Ignore
    @{ Processor = ($all.TotalProcessorTime.TotalSeconds | Measure-Object -Sum).Sum; Memory = ($all.WorkingSet64 | Measure-Object -Sum).Sum }
}

foreach ($number in $Count) {
    $fleet = New-Fleet (Join-Path ([IO.Path]::GetTempPath()) "tlstrust-measure-$PID-$number")
    try {
        New-FleetAuthority "$($fleet.Folder)/pki" 'Fleet Root'
        Set-Content "$($fleet.Folder)/nginx.conf" @"
daemon off; pid $($fleet.Folder)/nginx.pid; error_log $($fleet.Folder)/nginx.log;
events { worker_connections 4096; }
http { access_log off; server { listen ${fleetServer}:8443 ssl; ssl_certificate $($fleet.Folder)/pki/server.pem; ssl_certificate_key $($fleet.Folder)/pki/server.key; return 204; } }
"@
        $fleet.Processes.Add([System.Diagnostics.Process]::Start('nginx', [string[]] @('-c', "$($fleet.Folder)/nginx.conf")))
        1..$number | ForEach-Object { Add-FleetMachine $fleet "m$_" -Roots "$($fleet.Folder)/pki/root.pem" }
        $start = Get-Used $fleet
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $sessions = Open-FleetSession $fleet
        $open = $watch.Elapsed.TotalSeconds
        $opened = Get-Used $fleet
        $rows = foreach ($turn in 'First', 'Again') {
            $watch.Restart()
            $answers = Test-TlsEndpoint shop.fleet.test:8443 -Session $sessions
            @{ Seconds = $watch.Elapsed.TotalSeconds; Trusted = @($answers | Where-Object Verdict -eq Trusted).Count; Used = Get-Used $fleet }
        }

        [pscustomobject] @{
            Sessions      = $number
            Open          = [math]::Round($open, 1)
            First         = [math]::Round($rows[0].Seconds, 1)
            Again         = [math]::Round($rows[1].Seconds, 1)
            Trusted       = "$($rows[0].Trusted), $($rows[1].Trusted)"
            OpenProcessor = [math]::Round($opened.Processor - $start.Processor)
            FirstProcessor = [math]::Round($rows[0].Used.Processor - $opened.Processor)
            AgainProcessor = [math]::Round($rows[1].Used.Processor - $rows[0].Used.Processor, 1)
            BothEndsGB    = [math]::Round($rows[1].Used.Memory / 1GB, 1)
            HereMB        = [math]::Round([System.Diagnostics.Process]::GetCurrentProcess().WorkingSet64 / 1MB)
            Load          = (Get-Content /proc/loadavg).Split(' ')[0]
        }
    }
    finally {
        Remove-Fleet $fleet $sessions
        $sessions = $null
    }
}
