<#
.SYNOPSIS
By hand: a scan of many endpoints from a CSV, in all formats of Export-TlsReport, each opened by a program that reads it.

.DESCRIPTION
Starts the lab and an nginx with many ports (where it is installed), writes them into a CSV with an owner each, scans it, and exports the
results in every format. What can read a format is asked to: promtool, xmllint, a JSON parser, Import-Csv, python3's icalendar where it is
there, Chromium for pictures of the page at 360, 800 and 1,600 pixels. Prints what each said, and times and memory.

.EXAMPLE
./tests/Measure-Scan.ps1 -Module $env:TLSTRUST_MODULE -Destination /tmp/scan   # the module that build.ps1 made
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,

    # An empty folder for the files.
    [Parameter(Mandatory)] [string] $Destination,

    # How many endpoints; the lab's come first.
    [int] $Count = 1000
)

$ErrorActionPreference = 'Stop'
. $PSScriptRoot/Lab.ps1
Import-Module (Resolve-Path $Module).Path
$folder = (New-Item $Destination -ItemType Directory -Force).FullName
$nginx = $null

function Start-Nginx {
    # A chain of its own, and as many ports as are asked for.
    param([int] $Ports, [string] $Folder)
    & openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$Folder/ca.key" -out "$Folder/ca.pem" -days 90 -subj '/CN=Scan Root' 2>$null
    & openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$Folder/server.key" -out "$Folder/server.csr" -subj '/CN=localhost' 2>$null
    Set-Content "$Folder/names" "subjectAltName=DNS:localhost`nextendedKeyUsage=serverAuth"
    & openssl x509 -req -in "$Folder/server.csr" -CA "$Folder/ca.pem" -CAkey "$Folder/ca.key" -days 60 -extfile "$Folder/names" -out "$Folder/server.pem" 2>$null
    $first = 20000 # below the ports that systems give to clients
    $listen = ($first..($first + $Ports - 1) | ForEach-Object { "listen 127.0.0.1:$_ ssl;" }) -join "`n"
    Set-Content "$Folder/nginx.conf" @"
daemon off; master_process off; pid $Folder/nginx.pid; error_log stderr;
events { worker_connections 4096; }
http { access_log off; client_body_temp_path $Folder; proxy_temp_path $Folder; fastcgi_temp_path $Folder; uwsgi_temp_path $Folder; scgi_temp_path $Folder;
server { $listen
ssl_certificate $Folder/server.pem; ssl_certificate_key $Folder/server.key; } }
"@
    $process = Start-Process nginx -ArgumentList '-p', $Folder, '-c', "$Folder/nginx.conf" -PassThru -RedirectStandardError "$Folder/nginx.err"
    $last = $first + $Ports - 1
    for ($i = 0; -not (Test-Connection 127.0.0.1 -TcpPort $last -TimeoutSeconds 1); $i++) {
        if ($process.HasExited -or $i -gt 40) {
            throw "nginx did not start: $(Get-Content "$Folder/nginx.err" -Tail 3)"
        }

        Start-Sleep -Milliseconds 250
    }

    $process
    $first
}

function Test-Reader {
    # What a program says of a file; nothing where it is not installed.
    param([string] $Program, [scriptblock] $Ask)
    if (-not (Get-Command $Program -ErrorAction Ignore)) {
        "$Program is not installed"
        return
    }

    $said = & $Ask 2>&1
    '{0}: exit code {1} {2}' -f $Program, $LASTEXITCODE, ($said | Select-Object -First 3 | Out-String).Trim()
}

try {
    $trusted = Get-LabScenario trusted
    $lab = @($global:TlsTrustLab.Scenarios.Values | Where-Object { -not $_.proxy -and $_.endpoint -match '^(localhost|127\.0\.0\.1):\d+$' })
    $rows = @($lab | ForEach-Object { [pscustomobject] @{ 'Host Name' = ($_.endpoint -split ':')[0]; Port = ($_.endpoint -split ':')[1]; Owner = 'lab'; Note = $_.scenario } })
    $more = $Count - $rows.Count
    $nginx, $first = Start-Nginx $more $folder
    $rows += $first..($first + $more - 1) | ForEach-Object { [pscustomobject] @{ 'Host Name' = 'localhost'; Port = $_; Owner = 'web team'; Note = '' } }
    $rows | Export-Csv "$folder/hosts.csv"
    Set-Content "$folder/store.pem" (Get-Content $trusted.trustStore -Raw), (Get-Content "$folder/ca.pem" -Raw)

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $reports = @(Import-Csv "$folder/hosts.csv" | Test-TlsEndpoint -TrustStore "$folder/store.pem" -AllowPrivateAddress -TimeoutSeconds 5)
    '{0} endpoints in {1:0.0} s, {2:0} MB' -f $reports.Count, $watch.Elapsed.TotalSeconds, ([System.Environment]::WorkingSet / 1MB)
    $reports | Group-Object Verdict -NoElement | Format-Table | Out-String
    foreach ($format in [Enum]::GetNames([Nullable]::GetUnderlyingType((Get-Command Export-TlsReport).Parameters['As'].ParameterType))) {
        $file = "$folder/report.$($format -eq 'Html' ? 'html' : $format)"
        $time = Measure-Command { $reports | Export-TlsReport $file -As $format -Tag Owner -Force | Out-Null }
        '{0,-20} {1,10:N0} bytes, {2:0.0} s' -f $format, (Get-Item $file).Length, $time.TotalSeconds
    }

    $time = Measure-Command { $reports | Export-Clixml "$folder/reports.xml" }
    'Export-Clixml        {0,10:N0} bytes, {1:0.0} s' -f (Get-Item "$folder/reports.xml").Length, $time.TotalSeconds
    Test-Reader promtool { Get-Content "$folder/report.Prometheus" -Raw | promtool check metrics }
    Test-Reader xmllint { xmllint --noout "$folder/report.JUnit" }
    Test-Reader python3 { python3 -c "import json,sys; d=json.load(open('$folder/report.Sarif')); print(d['version'], len(d['runs'][0]['results']), 'results')" }
    Test-Reader /usr/bin/python3 { /usr/bin/python3 -c "import icalendar; c=icalendar.Calendar.from_ical(open('$folder/report.ICalendar','rb').read()); print(len(list(c.walk('VEVENT'))), 'events')" }
    'Import-Csv: {0} rows' -f @(Import-Csv "$folder/report.Csv").Count
    foreach ($width in 360, 800, 1600) {
        Test-Reader chromium { chromium --headless --no-sandbox --disable-gpu --hide-scrollbars "--window-size=$width,1200" "--screenshot=$folder/page-$width.png" "file://$folder/report.html" }
    }
}
finally {
    if ($nginx) {
        $nginx.Kill()
    }

    Stop-Lab
}
