<#
.SYNOPSIS
How another shell of the same kind as this one is started.
#>

function Get-Shell {
    # Program and first arguments. As a .NET tool PowerShell is run by dotnet: the program pwsh beside it is of another platform, or looks
    # for a runtime elsewhere.
    $program = Join-Path $PSHOME ($IsWindows ? 'pwsh.exe' : 'pwsh')
    if ([System.IO.Path]::GetFileNameWithoutExtension([System.Environment]::ProcessPath) -ne 'dotnet' -and (Test-Path $program)) {
        , $program
    }
    else {
        [System.Environment]::ProcessPath, (Join-Path $PSHOME 'pwsh.dll')
    }
}

function Invoke-Shell {
    # A shell without profile, which asks nothing; its exit code is in $LASTEXITCODE.
    $program, $first = Get-Shell
    $first = @($first) -ne $null
    & $program @first -NoProfile -NonInteractive @args
}
