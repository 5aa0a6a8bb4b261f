<#
.SYNOPSIS
Makes the package of the module that the gallery takes, and leaves nothing in the user's profile; build.ps1 starts it in a fresh process.
#>
[CmdletBinding()]
param(
    # The module as it was built.
    [Parameter(Mandatory)] [string] $Module,

    # The folder for the package.
    [Parameter(Mandatory)] [string] $Destination
)

$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'FolderRepository.ps1')
Use-FolderRepository $Destination {
    param($Repository)
    Remove-Item (Join-Path $Destination 'TlsTrust.*.nupkg') -ErrorAction Ignore
    Publish-PSResource -Path $Module -Repository $Repository
}
