#!/usr/bin/env pwsh
#Requires -Version 7.4

<#
.SYNOPSIS
Builds, tests and packs TlsTrust.

.DESCRIPTION
Tasks, in the order in which they are given:

Build    assembles the module in out/TlsTrust: `dotnet publish`, then the help pages of en-US as MAML, where
         Microsoft.PowerShell.PlatyPS is there (where it is not, the module works all the same, without Get-Help texts).
Test     runs `dotnet test`, then builds, then runs the Pester suite on what was built, in a process of its own.
Pester   only the second half of Test: builds, then runs the Pester suite.
HelpPages
         for authors: builds, then brings syntax and parameter tables of en-US/*.md up to date with the cmdlets and keeps the texts;
         a new cmdlet gets a page with blanks to fill in, which `dotnet test` will not let pass. Look at the difference: PlatyPS
         adds its own sentence to texts for -WhatIf and -Confirm that are not its own.
UpdateRoots
         for authors: renews the built-in list of publicly known roots from Debian's ca-certificates as it is installed here;
         src/TlsTrust/Stores/Data/Update-PublicRoots.ps1 also takes a package file.
Package  builds, then packs out/TlsTrust-<version>.zip, which installs without the gallery:
         Expand-Archive ./TlsTrust-<version>.zip ($env:PSModulePath -split [IO.Path]::PathSeparator)[0]

.PARAMETER Task
What to do: Build, Test, Pester, HelpPages, UpdateRoots or Package.

.PARAMETER Configuration
Release or Debug.

.PARAMETER TestFile
Runs only these Pester files, for example tests/Help.Tests.ps1.

.EXAMPLE
./build.ps1
Import-Module ./out/TlsTrust

.EXAMPLE
./build.ps1 -Task Test

.EXAMPLE
./build.ps1 -Task Pester -TestFile tests/Format.Tests.ps1
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Pester', 'HelpPages', 'UpdateRoots', 'Package')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [string[]] $TestFile
)

$ErrorActionPreference = 'Stop'
$out = Join-Path $PSScriptRoot 'out'
$module = Join-Path $out 'TlsTrust'
$version = (Import-PowerShellDataFile (Join-Path $PSScriptRoot 'TlsTrust.psd1')).ModuleVersion
$assembled = $false

function Invoke-Native {
    # A native command's exit code is easily overlooked; here it ends the build.
    param([string] $Command, [string[]] $Arguments)
    & $Command @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$Command $($Arguments -join ' ') ended with exit code $LASTEXITCODE."
    }
}

function Build-Module {
    if ($script:assembled) {
        return
    }

    # Assemblies never unload: a module that this process has imported can't be replaced on Windows, and is not what is tested anywhere.
    if (Test-Path $module) {
        Remove-Item $module -Recurse -Force
    }

    Invoke-Native dotnet publish, (Join-Path $PSScriptRoot 'src/TlsTrust.PowerShell'), --configuration, $Configuration, --output, $module, --nologo, --verbosity, quiet
    Build-Help
    $script:assembled = $true
    Write-Host "built $module ($version)"
}

function Build-Help {
    if (-not (Get-Module -ListAvailable Microsoft.PowerShell.PlatyPS)) {
        Write-Host 'Microsoft.PowerShell.PlatyPS is not installed: the module is built without the texts of Get-Help.'
        return
    }

    Import-Module Microsoft.PowerShell.PlatyPS -Verbose:$false
    $culture = Join-Path $module 'en-US'
    $work = Join-Path $out 'help'
    $pages = @(Get-ChildItem (Join-Path $PSScriptRoot 'en-US') -Filter '*-*.md')
    if ($pages.Count -eq 0) {
        return
    }

    Import-MarkdownCommandHelp -Path $pages.FullName |
        Export-MamlCommandHelp -OutputFolder $work -Force | Out-Null

    # PlatyPS writes into a folder of the module's name; PowerShell looks beside the assembly, in the culture's folder.
    New-Item $culture -ItemType Directory -Force | Out-Null
    $maml = (Get-ChildItem $work -Recurse -Filter '*-Help.xml').FullName
    # Get-Help prints plain text: the fences around code are Markdown's.
    $text = (Get-Content $maml -Raw) -replace '```\w*\r?\n?', ''
    Set-Content (Join-Path $culture 'TlsTrust.PowerShell.dll-Help.xml') $text -NoNewline
    Remove-Item $work -Recurse -Force
}

function Update-HelpPage {
    Build-Module
    # PlatyPS would take the texts of the installed help for new ones and add them to those of the page.
    Remove-Item (Join-Path $module 'en-US/*.xml') -ErrorAction Ignore
    # In a process of its own, since an imported module can't be built again on Windows.
    $script = {
        param($Module, $Pages)
        Import-Module $Module, Microsoft.PowerShell.PlatyPS -ErrorAction Stop
        foreach ($command in Get-Command -Module TlsTrust) {
            $page = Join-Path $Pages "$($command.Name).md"
            if (Test-Path $page) {
                Update-MarkdownCommandHelp -Path $page -NoBackup
            }
            else {
                $new = New-MarkdownCommandHelp -CommandInfo $command -OutputFolder ([System.IO.Path]::GetTempPath()) -Force
                Move-Item $new $page
                Write-Host "new page to fill in: $page"
            }

            # PlatyPS writes a byte order mark, which no other file here has, and the day, which says nothing.
            $text = (Get-Content $page -Raw) -replace '(?m)^ms\.date: .*\r?\n', ''
            [System.IO.File]::WriteAllText($page, $text.TrimEnd() + "`n")
        }
    }
    & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script -args $module, (Join-Path $PSScriptRoot 'en-US')
    if ($LASTEXITCODE -ne 0) {
        throw 'The help pages could not be brought up to date.'
    }

    Build-Help
}

function Invoke-PesterSuite {
    Build-Module
    if (-not (Get-Module -ListAvailable Pester | Where-Object Version -ge '5.5')) {
        throw 'Pester 5.5 or later is not installed: Install-PSResource Pester'
    }

    Invoke-Native dotnet build, (Join-Path $PSScriptRoot 'src/TlsTrust.Lab'), --configuration, $Configuration, --nologo, --verbosity, quiet
    $start = [System.IO.Path]::Combine($PSScriptRoot, 'tests', 'Start-PesterSuite.ps1')
    $arguments = @('-NoProfile', '-NonInteractive', '-File', $start)
    if ($TestFile) {
        $arguments += @('-TestFile', ($TestFile -join ','))
    }

    # The shell that runs this script, so that pwsh need not be on the PATH.
    Invoke-Native (Get-Process -Id $PID).Path $arguments
}

foreach ($name in $Task) {
    switch ($name) {
        'Build' {
            Build-Module
        }
        'Test' {
            Invoke-Native dotnet test, (Join-Path $PSScriptRoot 'TlsTrust.slnx'), --nologo
            Invoke-PesterSuite
        }
        'Pester' {
            Invoke-PesterSuite
        }
        'HelpPages' {
            Update-HelpPage
        }
        'UpdateRoots' {
            & (Join-Path $PSScriptRoot 'src/TlsTrust/Stores/Data/Update-PublicRoots.ps1')
        }
        'Package' {
            Build-Module
            $package = Join-Path $out "TlsTrust-$version.zip"
            # .NET's own, since not every PowerShell comes with Microsoft.PowerShell.Archive.
            Remove-Item $package -ErrorAction Ignore
            [System.IO.Compression.ZipFile]::CreateFromDirectory($module, $package, 'Optimal', $true)
            Write-Host "packed $package"
        }
    }
}
