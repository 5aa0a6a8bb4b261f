<#
.SYNOPSIS
Runs one scenario in this Windows shell: a script block and its arguments from a folder, its output back into it.
#>
param(
    # The folder with script.ps1 and arguments.xml; result.xml goes there.
    [Parameter(Mandatory)] [string] $Folder,

    # The module to import.
    [Parameter(Mandatory)] [string] $Module
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$result = @{ Output = @(); Error = $null }
try {
    $given = Import-Clixml (Join-Path $Folder arguments.xml)
    foreach ($name in $given.Variables.Keys) {
        New-Item ($given.Variables[$name]) -ItemType Directory -Force | Out-Null
        Set-Item "Env:$name" $given.Variables[$name]
    }

    Set-Location $env:USERPROFILE
    Import-Module $Module
    $arguments = @($given.Arguments)
    $result.Output = @(& ([scriptblock]::Create((Get-Content (Join-Path $Folder script.ps1) -Raw))) @arguments)
}
catch {
    $result.Error = "$_`n$($_.ScriptStackTrace)"
}

# Under another name first: a result that is there is whole.
$result | Export-Clixml (Join-Path $Folder part.xml) -Depth 5
[System.IO.File]::Move((Join-Path $Folder part.xml), (Join-Path $Folder result.xml))
