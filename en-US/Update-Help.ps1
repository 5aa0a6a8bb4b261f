<#
.SYNOPSIS
Brings the pages of this folder up to date with the cmdlets, and makes the MAML from them; build.ps1 -Task Help starts it in a fresh process.
#>
[CmdletBinding()]
param(
    # The module as it was built.
    [Parameter(Mandatory)] [string] $Module,

    # A folder for what is in between.
    [Parameter(Mandatory)] [string] $Work
)

$ErrorActionPreference = 'Stop'
$platyPS = 'Microsoft.PowerShell.PlatyPS'
# What PlatyPS adds to pages that have a text of their own for these parameters.
$added = 'Runs the command in a mode that only reports what would happen without performing the actions.', 'Prompts you for confirmation before running the cmdlet.'

function Update-Page {
    param([System.Management.Automation.CommandInfo] $Command)
    $page = Join-Path $PSScriptRoot "$($Command.Name).md"
    $text = if (Test-Path $page) {
        $before = Get-Content $page -Raw
        Update-MarkdownCommandHelp -Path $page -NoBackup | Out-Null
        $updated = Get-Content $page -Raw
        foreach ($sentence in $added | Where-Object { -not $before.Contains($_) }) {
            $updated = $updated -replace "(?m)^$([regex]::Escape($sentence))\r?\n", ''
        }

        $updated
    }
    else {
        Write-Host "new page to fill in: $page"
        $new = New-MarkdownCommandHelp -CommandInfo $Command -OutputFolder $Work -Force
        Get-Content $new -Raw
    }

    # PlatyPS writes a byte order mark, which no other file here has, the day, which says nothing, and blank lines in threes.
    $text = $text -replace '\r\n', "`n" -replace '(?m)^ms\.date: .*\n', '' -replace '\n{3,}', "`n`n"
    [System.IO.File]::WriteAllText($page, $text.TrimEnd() + "`n")
}

function Export-Maml {
    # PlatyPS writes into a folder of the module's name; PowerShell looks in the culture's folder.
    Import-MarkdownCommandHelp -Path (Get-ChildItem $PSScriptRoot -Filter '*-*.md').FullName |
        Export-MamlCommandHelp -OutputFolder $Work -Force | Out-Null
    $made = (Get-ChildItem $Work -Recurse -Filter '*-Help.xml').FullName
    # Get-Help prints plain text: the fences around code are Markdown's, and PlatyPS marks their end with a control character.
    $text = (Get-Content $made -Raw) -replace '\r\n', "`n" -replace '\n```(?=</maml:para>)', '' -replace '(?<=<maml:para>)```\w*\n', '' -replace ' *<maml:para>&#x80;</maml:para>\n', ''
    [System.IO.File]::WriteAllText((Join-Path $PSScriptRoot 'TlsTrust.PowerShell.dll-Help.xml'), $text.TrimEnd() + "`n")
}

if (-not (Get-Module -ListAvailable $platyPS)) {
    # Not installed: out of the gallery into a folder of this build, and from there.
    Save-PSResource $platyPS -Version '[1.0,2.0)' -Path $Work -Repository PSGallery -TrustRepository
    $env:PSModulePath += [System.IO.Path]::PathSeparator + $Work
}

# The texts of the help that is there would be taken for new ones and added to those of the pages.
Remove-Item (Join-Path $Module 'en-US/*-Help.xml') -ErrorAction Ignore
New-Item $Work -ItemType Directory -Force | Out-Null
try {
    Import-Module $Module, $platyPS
    Get-Command -Module TlsTrust | ForEach-Object { Update-Page $_ }
    Export-Maml
}
finally {
    Remove-Item $Work -Recurse -Force
}
