<#
.SYNOPSIS
A folder as a repository of PSResourceGet, for as long as it is needed, with the user's own list of repositories as it was.
#>

function Use-FolderRepository {
    param(
        # The folder.
        [Parameter(Mandatory)] [string] $Folder,

        # What is done; it gets the repository's name.
        [Parameter(Mandatory)] [scriptblock] $Action
    )

    # PSResourceGet keeps its list in the folder for local application data. Outside of Windows that can be another one for this process.
    $kept = Join-Path ([System.Environment]::GetFolderPath('LocalApplicationData')) 'PSResourceGet'
    $existed = Test-Path $kept
    $data = $env:XDG_DATA_HOME
    $temporary = Join-Path ([System.IO.Path]::GetTempPath()) "tlstrust-repository-$([guid]::NewGuid())"
    $name = "TlsTrust-$PID"
    if (-not $IsWindows) {
        $env:XDG_DATA_HOME = (New-Item $temporary -ItemType Directory).FullName
    }

    try {
        Register-PSResourceRepository -Name $name -Uri (Resolve-Path $Folder).Path -Trusted -Force
        & $Action $name
        Unregister-PSResourceRepository $name
    }
    finally {
        $env:XDG_DATA_HOME = $data
        Remove-Item $temporary -Recurse -Force -ErrorAction Ignore
        if (-not $existed) {
            Remove-Item $kept -Recurse -Force -ErrorAction Ignore
        }
    }
}
