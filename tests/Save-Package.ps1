<#
.SYNOPSIS
Brings the module from a folder of packages into a folder of modules, as its users do; build.ps1 starts it in a fresh process.
#>
[CmdletBinding()]
param(
    # The folder that the package lies in.
    [Parameter(Mandatory)] [string] $Repository,

    # Which version.
    [Parameter(Mandatory)] [string] $Version,

    # The folder for the module.
    [Parameter(Mandatory)] [string] $Destination
)

$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'FolderRepository.ps1')
New-Item $Destination -ItemType Directory -Force | Out-Null
Use-FolderRepository $Repository {
    param($Name)
    Save-PSResource TlsTrust -Version $Version -Path $Destination -Repository $Name -TrustRepository
}
