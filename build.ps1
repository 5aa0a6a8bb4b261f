#!/usr/bin/env pwsh
#Requires -Version 7.4

<#
.SYNOPSIS
Builds, shows, tests and packs TlsTrust.

.DESCRIPTION
Needs the .NET SDK and this shell; all else comes pinned from NuGet. Tasks, in the order in which they are given:

Build    assembles the module in out/TlsTrust, as it is published.
Demo     builds, starts the lab's broken servers on loopback, has the module diagnose every one of them in a fresh shell, and shows one
         report in full. The exit code is 0 when all were diagnosed as expected.
Core     what to run before a commit: the xunit classes and Pester files that answer quickly, half of Test's in a few minutes.
Test     runs all suites and ends with one line of numbers: `dotnet test`, the guided fuzz run, the Pester suite, and xunit again on .NET 8,
         the runtime of PowerShell 7.4, which NuGet brings, and the Windows suite where wine is on the machine; elsewhere it says that this
         did not run. Any other suite that did not run is a failure; what a test can't find here is skipped, and said.
Fuzz     only the guided fuzz run, about a minute; TLSTRUST_FUZZ_SECONDS=600 takes ten minutes for each reader.
Pester   only the Pester suite: packs the module, brings it into a temporary folder as a user's Save-PSResource does, and tests that
         in a fresh shell.
TestWindows
         only the Windows suite, under Wine (apt-get install wine wine64): scenarios in a PowerShell for Windows, tests/Windows, and the
         xunit classes as programs for Windows; with -TestFile these scenarios and no class.
Package  packs out/TlsTrust.<version>.nupkg, which is what the gallery takes, and out/TlsTrust-<version>.zip for those without a gallery:
         Expand-Archive ./TlsTrust-<version>.zip ($env:PSModulePath -split [IO.Path]::PathSeparator)[0]
Help     for authors: brings syntax and parameter tables of en-US/*.md up to date with the cmdlets, keeps the texts, and makes the MAML
         beside them that Get-Help reads. Uses Microsoft.PowerShell.PlatyPS, from the gallery where it is not installed. A new cmdlet gets
         a page with blanks to fill in, which `dotnet test` will not let pass.
UpdateRoots
         for authors: renews the built-in list of publicly known roots from Debian's ca-certificates as it is installed here;
         src/TlsTrust/Stores/Data/Update-PublicRoots.ps1 also takes a package file.

.PARAMETER Task
What to do.

.PARAMETER Configuration
Release or Debug.

.PARAMETER TestFile
Runs only these Pester files, for example tests/Help.Tests.ps1.

.EXAMPLE
./build.ps1
Import-Module ./out/TlsTrust

.EXAMPLE
dotnet tool exec PowerShell --yes -- ./build.ps1 -Task Test

With nothing but the .NET SDK.

.EXAMPLE
./build.ps1 -Task Pester -TestFile tests/Format.Tests.ps1
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Demo', 'Core', 'Test', 'Fuzz', 'Pester', 'TestWindows', 'Package', 'Help', 'UpdateRoots')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [string[]] $TestFile
)

$ErrorActionPreference = 'Stop'
$out = Join-Path $PSScriptRoot 'out'
$module = Join-Path $out 'TlsTrust'
$pages = Join-Path $PSScriptRoot 'en-US'
$tests = Join-Path $PSScriptRoot 'tests'
$pesterSuite = Join-Path $tests 'Start-PesterSuite.ps1'
$maml = 'TlsTrust.PowerShell.dll-Help.xml'
$version = (Import-PowerShellDataFile (Join-Path $PSScriptRoot 'TlsTrust.psd1')).ModuleVersion
$results = Join-Path $out 'results'
$windows = Join-Path $out 'windows'
$windowsBeside = Join-Path $out 'windows-beside'
$assembled = $false
# What a run writes down, where that is not one suite of the run's own name.
$suitesOf = @{
    'dotnet test'    = 'TlsTrust.Tests', 'TlsTrust.Conformance', 'TlsTrust.RealClients'
    'Windows set-up' = @()
}
. (Join-Path $tests 'Shell.ps1')
. (Join-Path $tests 'LeftOut.ps1')
. (Join-Path $tests 'Wine.ps1')

function Invoke-Native {
    # A native command's exit code is easily overlooked; here it ends the build. As does an argument that fell out of the list: `-p:a=b` without
    # quotes ends it.
    [CmdletBinding()]
    param([string] $Command, [string[]] $Arguments)
    & $Command @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$Command $($Arguments -join ' ') ended with exit code $LASTEXITCODE."
    }
}

function Invoke-ShellScript {
    # In a process of its own: assemblies never unload, and what a script imports would stand in the way of the next build.
    param([string] $Script, [string[]] $Arguments)
    $program, $first = Get-Shell
    Invoke-Native $program (@($first; '-NoProfile'; '-NonInteractive'; '-File'; $Script; $Arguments) -ne $null)
}

function Invoke-PesterAtOnce {
    # Several shells share one queue of files: one works while another waits. What each said comes when it has ended.
    param([string] $Suite, [string] $Queue, [object[]] $Calls)
    Remove-Item $Queue -Recurse -Force -ErrorAction Ignore
    New-Item $Queue -ItemType Directory | Out-Null
    $program, $first = Get-Shell
    $running = foreach ($number in 1..$Calls.Count) {
        $start = [System.Diagnostics.ProcessStartInfo]::new($program)
        $arguments = @('-File', $pesterSuite) + $Calls[$number - 1] + @('-Queue', $Queue, '-Suite', "$Suite $number")
        @($first; '-NoProfile'; '-NonInteractive'; $arguments) -ne $null | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $process = [System.Diagnostics.Process]::Start($start)
        @{ Process = $process; Said = $process.StandardOutput.ReadToEndAsync(); Errors = $process.StandardError.ReadToEndAsync() }
    }

    $codes = foreach ($shell in $running) {
        $shell.Process.WaitForExit()
        Write-Host $shell.Said.Result $shell.Errors.Result
        $shell.Process.ExitCode
    }

    if ($codes -ne 0) {
        throw "The shells of $Suite ended with exit codes $($codes -join ', ')."
    }
}

function Build-Module {
    if ($script:assembled) {
        return
    }

    if (Test-Path $module) {
        Remove-Item $module -Recurse -Force
    }

    Invoke-Native dotnet publish, (Join-Path $PSScriptRoot 'src/TlsTrust.PowerShell'), --configuration, $Configuration, --output, $module, --nologo, --verbosity, quiet
    $script:assembled = $true
    Write-Host "built $module ($version)"
}

function Build-Package {
    Build-Module
    if (-not (Test-Path (Join-Path $module "en-US/$maml"))) {
        throw "The module has no help (en-US/$maml), and is not packed without: ./build.ps1 -Task Help"
    }

    Invoke-ShellScript (Join-Path $tests 'Publish-Package.ps1') '-Module', $module, '-Destination', $out
    $archive = Join-Path $out "TlsTrust-$version.zip"
    # .NET's own, since not every PowerShell comes with Microsoft.PowerShell.Archive.
    Remove-Item $archive -ErrorAction Ignore
    [System.IO.Compression.ZipFile]::CreateFromDirectory($module, $archive, 'Optimal', $true)
    Write-Host "packed $(Join-Path $out "TlsTrust.$version.nupkg") and $archive"
}

function Invoke-PesterSuite {
    # All files, those that -TestFile names, or those that left-out.txt does not name for this run.
    param([string] $Run)
    Build-Package
    $project = Join-Path $tests 'Pester.csproj'
    Invoke-Native dotnet build, $project, --configuration, $Configuration, --nologo, --verbosity, quiet
    $restored = dotnet msbuild $project -getProperty:NuGetPackageRoot -getProperty:PesterVersion | ConvertFrom-Json
    $pester = [System.IO.Path]::Combine($restored.Properties.NuGetPackageRoot, 'pester', $restored.Properties.PesterVersion, 'tools', 'Pester.psd1')
    $folder = Join-Path ([System.IO.Path]::GetTempPath()) "tlstrust-module-$([guid]::NewGuid())"
    try {
        Invoke-ShellScript (Join-Path $tests 'Save-Package.ps1') '-Repository', $out, '-Version', $version, '-Destination', (Join-Path $folder 'saved')
        # A path that ends in a version can't be imported, only a name can; the tests import by path.
        $saved = Join-Path $folder 'TlsTrust'
        Move-Item (Join-Path $folder "saved/TlsTrust/$version") $saved
        $arguments = '-Module', $saved, '-Pester', $pester
        if ($TestFile) {
            Invoke-ShellScript $pesterSuite ($arguments + @('-TestFile', ($TestFile -join ',')))
        }
        else {
            $files = Get-ChildItem $tests -Filter *.Tests.ps1
            if ($Run) {
                $leftOut = Read-LeftOut $Run $files.Name
                Write-LeftOut $leftOut (Join-Path $results 'Pester 0.json')
                $files = $files | Where-Object { -not $leftOut.Contains($_.Name) }
            }

            $arguments += '-TestFile', ($files.FullName -join ',')
            Invoke-PesterAtOnce Pester (Join-Path $folder queue) $arguments, $arguments
        }
    }
    finally {
        Remove-Item $folder -Recurse -Force -ErrorAction Ignore
    }
}

function Invoke-Classes {
    # TlsTrust.Tests as its own program, without what left-out.txt names for this run.
    param([string] $Suite, [string] $Run, [string[]] $Properties)
    $project = Join-Path $tests 'TlsTrust.Tests'
    Invoke-Native dotnet (@('build', $project, '--nologo', '--verbosity', 'quiet') + $Properties)
    $folder = dotnet msbuild $project @Properties -getProperty:OutDir
    $program = [System.IO.Path]::Combine($project, $folder.Trim(), $IsWindows ? 'TlsTrust.Tests.exe' : 'TlsTrust.Tests')
    $there = @(& $program -list classes -noLogo | Where-Object { $_ -match '^TlsTrust\.Tests\.[\w.]+$' })
    $leftOut = Read-LeftOut $Run $there
    Write-LeftOut $leftOut (Join-Path $results "$Suite.json")
    $without = @($leftOut.Keys | ForEach-Object { '-class-', $_ })
    Invoke-Native $program (@('-reporter', 'quiet', '-noColor', '-trx', (Join-Path $results "$Suite.trx")) + $without)
}

function Invoke-OldestRuntimeSuite {
    # Self-contained, since a machine with a newer SDK has no .NET 8. The same folders as `dotnet test`, another runtime in them.
    $identifier = [System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
    Invoke-Classes 'TlsTrust.Tests on .NET 8' net8 '-p:NewestFramework=net8.0', "-p:RuntimeIdentifier=$identifier", '-p:SelfContained=true'
}

function Invoke-FuzzSuite {
    # A process of its own, which instruments the engine beside it before it is loaded.
    $project = Join-Path $tests 'TlsTrust.Fuzz'
    Invoke-Native dotnet build, $project, --nologo, --verbosity, quiet
    $folder = dotnet msbuild $project -getProperty:OutDir
    $program = [System.IO.Path]::Combine($project, $folder.Trim(), $IsWindows ? 'TlsTrust.Fuzz.exe' : 'TlsTrust.Fuzz')
    Invoke-Native $program '-reporter', 'quiet', '-noColor', '-trx', (Join-Path $results 'TlsTrust.Fuzz.trx')
}

function Build-WindowsSuite {
    # The shell, and places for it to run in: scenarios write into the registry, so those that run at once have one each.
    Build-Module
    Invoke-Native dotnet publish, (Join-Path $tests WindowsShell), --configuration, $Configuration, --output, (Join-Path $windows shell), --nologo, --verbosity, quiet
    Initialize-Wine $windows
    if (-not $TestFile) {
        Copy-Wine $windows $windowsBeside
    }
}

function Invoke-WindowsScenarios {
    $pester = Join-Path $windows 'shell/Modules/Pester/Pester.psd1'
    Invoke-Native dotnet build, (Join-Path $tests 'Pester.csproj'), --configuration, $Configuration, --nologo, --verbosity, quiet
    $arguments = '-Module', $module, '-Pester', $pester
    if ($TestFile) {
        Invoke-ShellScript $pesterSuite ($arguments + @('-TestFile', ($TestFile -join ','), '-Suite', 'Windows scenarios'))
        return
    }

    $arguments += '-TestFile', ((Get-ChildItem (Join-Path $tests 'Windows') -Filter *.Tests.ps1).FullName -join ',')
    Invoke-PesterAtOnce 'Windows scenarios' (Join-Path $windows queue) ($arguments + '-Wine', $windows), ($arguments + '-Wine', $windowsBeside)
}

function Invoke-WindowsClasses {
    $to = Join-Path $windows tests
    Remove-Item $to -Recurse -Force -ErrorAction Ignore
    Invoke-Native dotnet publish, (Join-Path $tests TlsTrust.Tests), --configuration, $Configuration, --runtime, win-x64, --self-contained, '-p:PublishReadyToRun=true', --output, $to, --nologo, --verbosity, quiet
    Invoke-WindowsTests $results 'TlsTrust.Tests under Wine'
}

function Invoke-AllSuites {
    # All of them run, whatever one of them says; what is counted is what they wrote down.
    param([System.Collections.Specialized.OrderedDictionary] $Runs)
    $env:TLSTRUST_TEST_RESULTS = $results
    Remove-Item $results -Recurse -Force -ErrorAction Ignore
    New-Item $results -ItemType Directory | Out-Null
    $broken = foreach ($name in $Runs.Keys) {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        try {
            & $Runs[$name] | Out-Host
        }
        catch {
            "${name}: $_"
        }

        Write-Host ('{0} took {1:0} s' -f $name, $watch.Elapsed.TotalSeconds)
    }

    $expected = @($Runs.Keys | ForEach-Object { $suitesOf[$_] ?? $_ })
    & (Join-Path $tests 'Write-TestSummary.ps1') -Results $results -Suite $expected -Broken $broken
    # An exit within a script that was called ends that script only.
    exit $LASTEXITCODE
}

function Get-WindowsRuns {
    # The one part that may be missing: nobody needs Wine to build or use the module.
    if (-not (Test-Wine)) {
        Write-Host 'The Windows suite did not run: wine is not on this machine (apt-get install --no-install-recommends wine wine64).'
        return [ordered] @{}
    }

    $runs = [ordered] @{
        'Windows set-up'    = { Build-WindowsSuite }
        'Windows scenarios' = { Invoke-WindowsScenarios }
    }
    if (-not $TestFile) {
        $runs['TlsTrust.Tests under Wine'] = { Invoke-WindowsClasses }
    }

    $runs
}

function Get-AllRuns {
    $runs = [ordered] @{
        'dotnet test'              = { Invoke-Native dotnet test, (Join-Path $PSScriptRoot 'TlsTrust.slnx'), --nologo, --logger, trx, --results-directory, $results }
        'TlsTrust.Fuzz'            = { Invoke-FuzzSuite }
        'Pester'                   = { Invoke-PesterSuite }
        'TlsTrust.Tests on .NET 8' = { Invoke-OldestRuntimeSuite }
    }
    $ofWindows = Get-WindowsRuns
    foreach ($name in $ofWindows.Keys) {
        $runs[$name] = $ofWindows[$name]
    }

    $runs
}

foreach ($name in $Task) {
    switch ($name) {
        'Build' {
            Build-Module
        }
        'Demo' {
            Build-Module
            $lab = Join-Path $out 'lab'
            Invoke-Native dotnet publish, (Join-Path $PSScriptRoot 'src/TlsTrust.Lab'), --configuration, $Configuration, --output, $lab, --nologo, --verbosity, quiet
            Invoke-ShellScript (Join-Path $PSScriptRoot 'src/TlsTrust.Lab/Start-Demo.ps1') '-Module', $module, '-Lab', $lab
        }
        'Core' {
            Invoke-AllSuites ([ordered] @{ 'TlsTrust.Tests' = { Invoke-Classes TlsTrust.Tests core }; 'Pester' = { Invoke-PesterSuite core } })
        }
        'Test' {
            Invoke-AllSuites (Get-AllRuns)
        }
        'Fuzz' {
            Invoke-AllSuites ([ordered] @{ 'TlsTrust.Fuzz' = { Invoke-FuzzSuite } })
        }
        'Pester' {
            Invoke-PesterSuite
        }
        'TestWindows' {
            Invoke-AllSuites (Get-WindowsRuns)
        }
        'Package' {
            Build-Package
        }
        'Help' {
            Build-Module
            Invoke-ShellScript (Join-Path $pages 'Update-Help.ps1') '-Module', $module, '-Work', (Join-Path $out 'help')
        }
        'UpdateRoots' {
            & (Join-Path $PSScriptRoot 'src/TlsTrust/Stores/Data/Update-PublicRoots.ps1')
        }
    }
}
