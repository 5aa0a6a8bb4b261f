<#
.SYNOPSIS
How programs for Windows are run under Wine: a prefix of our own, no variable of this machine, another try where the runtime itself
crashed, and a limit of time for each.
#>

# What the .NET runtime says when Wine takes memory of compiled code away under it. No fault of what was run.
$script:RuntimeCrash = 'Internal CLR error'
$script:MaximumTries = 6

function Test-Wine {
    # `script` gives the shell the terminal that it can't do without.
    (Get-Command wine, script -CommandType Application -ErrorAction Ignore).Name -contains 'wine' -and (Get-Command script -ErrorAction Ignore)
}

function ConvertTo-WindowsPath {
    param([Parameter(Mandatory)] [string] $Path)
    'Z:' + $Path.Replace('/', '\')
}

function ConvertFrom-WindowsPath {
    # Where a file of drive C: or Z: lies on this side.
    param([Parameter(Mandatory)] [string] $Path)
    $drive = [string] $Path[0]
    ($drive -eq 'C' ? (Join-Path $env:TLSTRUST_WINE 'prefix/drive_c') : '') + $Path.Substring(2).Replace('\', '/')
}

function Start-Wine {
    # Starts `wine ARGUMENTS` through `env -i` and waits; its words. Ends with an error after the limit, which is an idle machine's: a busy one
    # has as many times more as processes wait for each of its processors.
    param([Parameter(Mandatory)] [string[]] $Arguments, [int] $Seconds = 60, [switch] $Terminal, [string] $WorkingDirectory = $PWD.Path)
    $surroundings = @(
        "PATH=$env:PATH"
        "HOME=$(Join-Path $env:TLSTRUST_WINE home)" # Wine links Documents and the like to the real ones
        "WINEPREFIX=$(Join-Path $env:TLSTRUST_WINE prefix)"
        'WINEDEBUG=-all'
        'WINEDLLOVERRIDES=mshtml=;winedbg.exe=d'
        'TERM=dumb'
        'LC_ALL=C.UTF-8' # names of files in all alphabets
        'NO_COLOR=1'
        # The runtime maps its code twice, to write at one place what runs at the other. Under Wine the first collection of compiled code
        # ends in the crash above; with this it has not been seen again.
        'DOTNET_EnableWriteXorExecute=0'
        "TLSTRUST_TEST_KEYS=$(ConvertTo-WindowsPath (Join-Path $env:TLSTRUST_WINE keys))"
    )
    $command = @('wine'; $Arguments)
    if ($Terminal) {
        $command = 'script', '-qec', (($command | ForEach-Object { "'" + $_.Replace("'", "'\''") + "'" }) -join ' '), '/dev/null'
    }

    $busy = [Math]::Clamp([double] ((Get-Content /proc/loadavg -Raw) -split ' ')[0] / [System.Environment]::ProcessorCount, 1, 10)
    $start = [System.Diagnostics.ProcessStartInfo]::new('timeout')
    @('-k', '5', "$([int] ($Seconds * $busy))", 'env', '-i'; $surroundings; $command) | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.WorkingDirectory = $WorkingDirectory
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $errors = $process.StandardError.ReadToEndAsync()
    $words = $process.StandardOutput.ReadToEnd() + $errors.GetAwaiter().GetResult()
    $process.WaitForExit()
    [pscustomobject] @{ ExitCode = $process.ExitCode; Words = $words; TimedOut = $process.ExitCode -in 124, 137 }
}

function Start-WineAgain {
    # As Start-Wine, and again where the runtime crashed.
    param([Parameter(Mandatory)] [string[]] $Arguments, [int] $Seconds = 60)
    for ($try = 1; ; $try++) {
        $run = Start-Wine $Arguments -Seconds $Seconds
        if ($run.TimedOut -or $run.Words -notmatch $script:RuntimeCrash -or $try -eq $script:MaximumTries) {
            return $run
        }

        Write-Host "  the runtime crashed under Wine; try $($try + 1)"
    }
}

function Initialize-Wine {
    # A new prefix in a folder of ours; what a former run left in the registry and on drive C: is gone.
    param([Parameter(Mandatory)] [string] $Folder)
    $env:TLSTRUST_WINE = $Folder
    foreach ($name in 'prefix', 'home', 'scenarios') {
        Remove-Item (Join-Path $Folder $name) -Recurse -Force -ErrorAction Ignore
        New-Item (Join-Path $Folder $name) -ItemType Directory -Force | Out-Null
    }

    # Windows that nobody sees, or none could be made here: .NET has one for what is sent to all.
    $driver = 'reg', 'add', 'HKCU\Software\Wine\Drivers', '/v', 'Graphics', '/d', 'null', '/f'
    foreach ($step in @('wineboot', '-i'), @('winecfg', '-v', 'win10'), $driver) {
        $made = Start-Wine $step -Seconds 180
        if ($made.ExitCode -ne 0) {
            throw "wine $step ended with exit code $($made.ExitCode): $($made.Words)"
        }
    }
}

function Copy-Wine {
    # A second such folder; its shell is the first's.
    param([Parameter(Mandatory)] [string] $From, [Parameter(Mandatory)] [string] $To)
    & env "WINEPREFIX=$(Join-Path $From prefix)" (Get-WineServer) -w # what it holds in memory is written when the last program has ended
    Remove-Item $To -Recurse -Force -ErrorAction Ignore
    New-Item $To -ItemType Directory | Out-Null
    & cp -a (Join-Path $From prefix) (Join-Path $From home) (Join-Path $From scenarios) $To
    New-Item (Join-Path $To shell) -ItemType SymbolicLink -Target (Join-Path $From shell) | Out-Null
}

function Get-WineServer {
    (Get-Command wineserver, /usr/lib/wine/wineserver -ErrorAction Ignore | Select-Object -First 1).Source
}

function Stop-Wine {
    # Ends the prefix's own server and what still runs in it, by Wine's own means.
    if ($env:TLSTRUST_WINE) {
        & env "WINEPREFIX=$(Join-Path $env:TLSTRUST_WINE prefix)" (Get-WineServer) -k 2>$null
    }
}

function Invoke-Windows {
    # Runs a script block in a Windows PowerShell with a made user profile and ProgramData; its output, as Import-Clixml gives it.
    param(
        [Parameter(Mandatory, Position = 0)] [scriptblock] $Script,
        [Parameter(Position = 1)] [object[]] $ArgumentList = @(),
        [string] $Profile,
        [int] $Seconds = 90
    )
    $name = [guid]::NewGuid().ToString('n').Substring(0, 8)
    $folder = Join-Path $env:TLSTRUST_WINE "scenarios/$name"
    for ($try = 1; ; $try++) {
        New-Item $folder -ItemType Directory -Force | Out-Null
        Set-Content (Join-Path $folder script.ps1) $Script.ToString()
        # A new profile for each try: what a crashed one left behind is no part of the scenario.
        $user = $Profile ? $Profile : "C:\made\$name-$try"
        @{
            Arguments = $ArgumentList
            Variables = [ordered] @{
                USERPROFILE = $user; APPDATA = "$user\AppData\Roaming"; LOCALAPPDATA = "$user\AppData\Local"; TEMP = "$user\Temp"
                TMP = "$user\Temp"; ProgramData = "$user\ProgramData"
            }
        } | Export-Clixml (Join-Path $folder arguments.xml) -Depth 5
        $run = Start-Wine -Terminal -Seconds $Seconds @(
            (Join-Path $env:TLSTRUST_WINE 'shell/pwsh.exe'), '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass'
            '-File', (ConvertTo-WindowsPath (Join-Path $PSScriptRoot 'WindowsShell/Start-Scenario.ps1'))
            '-Folder', (ConvertTo-WindowsPath $folder), '-Module', (ConvertTo-WindowsPath $env:TLSTRUST_MODULE)
        )
        $path = Join-Path $folder result.xml
        if (Test-Path $path) {
            $result = Import-Clixml $path
            if ($result.Error) {
                throw $result.Error
            }

            return $result.Output
        }

        if ($run.TimedOut -or $run.Words -notmatch $script:RuntimeCrash -or $try -eq $script:MaximumTries) {
            throw "The Windows shell gave no result (try $try, exit code $($run.ExitCode)): $($run.Words)"
        }

        Write-Host "  the runtime crashed under Wine; try $($try + 1)"
        Remove-Item $folder -Recurse -Force
    }
}

function Get-WineRegistry {
    # A key as `reg export` writes it, seen from outside.
    param([Parameter(Mandatory)] [string] $Key)
    $file = Join-Path $env:TLSTRUST_WINE "scenarios/export-$([guid]::NewGuid().ToString('n')).reg"
    $run = Start-Wine 'reg', 'export', $Key, (ConvertTo-WindowsPath $file), '/y'
    (Test-Path $file) ? (Get-Content $file -Raw) : "no such key: $($run.Words)"
}

function Invoke-WindowsTests {
    # The xunit classes as programs for Windows, as many at once as there are processors. A few share a process, since each costs seconds to
    # start; where they gave no result, each has one of its own. What left-out.txt names is counted as skipped, as is what a class skips
    # itself.
    param([Parameter(Mandatory)] [string] $Results, [Parameter(Mandatory)] [string] $Suite)
    # A server that stays, and the first program of it alone: of several that start it at once most were seen to wait for ever. What that
    # program writes to is held by Wine's services to the server's end, so it is no pipe that somebody reads.
    $prefix = Join-Path $env:TLSTRUST_WINE prefix
    & env "WINEPREFIX=$prefix" (Get-WineServer) -p60 # seconds after the last program
    & sh -c 'WINEPREFIX=$0 WINEDEBUG=-all wine cmd /c ver </dev/null >/dev/null 2>&1' $prefix

    $program = Join-Path $env:TLSTRUST_WINE 'tests/TlsTrust.Tests.exe'
    $there = Get-WindowsClasses $program
    $leftOut = Read-LeftOut wine $there
    $wanted = @($there | Where-Object { -not $leftOut.Contains($_) })
    Write-LeftOut $leftOut (Join-Path $Results "$Suite.json")

    # Made here, for this run only: under Wine each would take seconds.
    $keys = Join-Path $env:TLSTRUST_WINE keys
    Remove-Item $keys -Recurse -Force -ErrorAction Ignore
    New-Item $keys -ItemType Directory | Out-Null
    foreach ($bits in 1024, 2048) {
        1..30 | ForEach-Object {
            $key = [System.Security.Cryptography.RSA]::Create($bits)
            [System.IO.File]::WriteAllBytes((Join-Path $keys "rsa-$bits-$_.der"), $key.ExportPkcs8PrivateKey())
            $key.Dispose()
        }
    }

    $functions = $PSCommandPath
    $groups = [Math]::Ceiling($wanted.Count / 6)
    $silent = 0..($groups - 1) | ForEach-Object -ThrottleLimit ([System.Environment]::ProcessorCount) -Parallel {
        . $using:functions
        $first = $_
        $wanted = $using:wanted
        # Every so many, so that neighbours, which are alike, do not make one process last long.
        $classes = for ($at = $first; $at -lt $wanted.Count; $at += $using:groups) { $wanted[$at] }
        $file = Join-Path $using:Results "$using:Suite $first"
        if (-not (Invoke-TestProcess $using:program $classes "$file.trx")) {
            $classes | Where-Object { -not (Invoke-TestProcess $using:program $_ "$file $_.trx") }
        }
    }

    Remove-Item $keys -Recurse -Force
    Show-WindowsClasses $there $leftOut $Results $Suite
    if ($silent) {
        throw "no result from $($silent -join ', ')"
    }
}

function Get-WindowsClasses {
    param([Parameter(Mandatory)] [string] $Program)
    $run = Start-WineAgain $Program, '-list', 'classes', '-noLogo'
    $there = @($run.Words -split '\r?\n' | Where-Object { $_ -match '^TlsTrust\.Tests\.[\w.]+$' })
    if (-not $there) {
        throw "$Program listed no classes (exit code $($run.ExitCode)): $($run.Words)"
    }

    $there
}

function Show-WindowsClasses {
    # How the classes divide: something of them ran, all of their tests were skipped, or they were left out.
    param([string[]] $There, [System.Collections.IDictionary] $LeftOut, [string] $Results, [string] $Suite)
    $outcomes = @{}
    foreach ($file in Get-ChildItem $Results -Filter "$Suite *.trx") {
        $run = ([xml] (Get-Content $file.FullName -Raw)).TestRun
        $classes = @{}
        foreach ($test in $run.TestDefinitions.UnitTest) {
            $classes[$test.id] = $test.TestMethod.className
        }

        foreach ($result in $run.Results.UnitTestResult) {
            $outcomes[$classes[$result.testId]] += @($result.outcome)
        }
    }

    $ran = @($There | Where-Object { $outcomes[$_] -contains 'Passed' -or $outcomes[$_] -contains 'Failed' })
    $skipped = @($There | Where-Object { $outcomes.ContainsKey($_) -and $_ -notin $ran })
    Write-Host ("$($ran.Count) of $($There.Count) classes ran under Wine, $($skipped.Count) had nothing to run there, " +
        "$($LeftOut.Count) were left out:")
    Write-Host "  nothing to run: $(($skipped -replace '^TlsTrust\.Tests\.') -join ', ')"
    foreach ($reason in $LeftOut.GetEnumerator() | Group-Object Value) {
        Write-Host "  $($reason.Name): $(($reason.Group.Key -replace '^TlsTrust\.Tests\.') -join ', ')"
    }
}

function Invoke-TestProcess {
    # True when it wrote its results down. One class after another: the processors have another process each.
    param([string] $Program, [string[]] $Classes, [string] $File)
    $seconds = 200 + 100 * $Classes.Count
    $filters = $Classes | ForEach-Object { '-class', $_ }
    $options = '-parallel', 'none', '-noLogo', '-noColor', '-reporter', 'silent', '-trx', (ConvertTo-WindowsPath $File)
    $run = Start-WineAgain (@($Program) + $filters + $options) -Seconds $seconds
    if (-not (Test-Path $File)) {
        Write-Host ($run.TimedOut ? "  no result of $Classes after $seconds s" : $run.Words)
        return $false
    }

    ([xml] (Get-Content $File -Raw)).TestRun.Results.UnitTestResult | Where-Object outcome -notin Passed, NotExecuted |
        ForEach-Object { Write-Host "failed: $($_.testName)`n$($_.Output.ErrorInfo.Message)`n$($_.Output.ErrorInfo.StackTrace)" }
    $true
}
