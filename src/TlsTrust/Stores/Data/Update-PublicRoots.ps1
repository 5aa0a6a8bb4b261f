<#
.SYNOPSIS
Renews the list of publicly known roots that is built into TlsTrust.

.DESCRIPTION
Writes public-roots.pem from the certificates of Debian's package ca-certificates: of the package that is installed on this
machine, or of a package file. Only what Mozilla's list holds is taken, nothing an administrator added.
`./build.ps1 -Task UpdateRoots` runs it.

.PARAMETER Package
A ca-certificates_*.deb, as `apt-get download ca-certificates` fetches it; needs dpkg-deb. Without it the installed package is read.

.EXAMPLE
apt-get download ca-certificates; ./src/TlsTrust/Stores/Data/Update-PublicRoots.ps1 -Package ./ca-certificates_*.deb
#>
param([string] $Package)

$ErrorActionPreference = 'Stop'
$temporary = $null
try {
    if ($Package) {
        $file = (Resolve-Path $Package).Path
        $temporary = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
        $null = New-Item -ItemType Directory $temporary
        dpkg-deb -x $file $temporary
        if ($LASTEXITCODE) { throw "dpkg-deb can't unpack $file." }
        $version = dpkg-deb -f $file Version
        $root = $temporary
    }
    else {
        $version = dpkg-query -W -f '${Version}' ca-certificates
        if ($LASTEXITCODE) { throw 'ca-certificates is not installed here; give -Package.' }
        $root = '/'
    }

    # In the order of the bytes of their names, which is the same everywhere.
    $files = Get-ChildItem (Join-Path $root 'usr/share/ca-certificates/mozilla') -Filter *.crt
    $names = [string[]] $files.Name
    [Array]::Sort($names, [System.StringComparer]::Ordinal)
    $files = $names | ForEach-Object { $name = $_; $files.Where({ $_.Name -ceq $name }) }
    if ($files.Count -lt 50) { throw "Only $($files.Count) roots: that is not the package." }
    # The files carry the date of the package's last changelog entry (SOURCE_DATE_EPOCH).
    $date = ($files.LastWriteTimeUtc | Measure-Object -Maximum).Maximum.ToString('yyyy-MM-dd')

    $text = [Text.StringBuilder]::new()
    $null = $text.Append("# Publicly known root certificates: Mozilla's list as Debian packages it. MPL-2.0, see public-roots.NOTICE.txt.`n")
    $null = $text.Append("# Written by Update-PublicRoots.ps1; not to be edited.`n")
    $null = $text.Append("# Source: Debian ca-certificates $version`n# Date: $date`n")
    foreach ($item in $files) {
        $null = $text.Append("# $($item.BaseName)`n").Append((Get-Content -Raw $item.FullName).Replace("`r", '').Trim()).Append("`n")
    }

    [IO.File]::WriteAllText((Join-Path $PSScriptRoot 'public-roots.pem'), $text.ToString(), [Text.UTF8Encoding]::new($false))
    "$($files.Count) roots of ca-certificates $version, $date"
}
finally {
    if ($temporary) { Remove-Item -Recurse -Force $temporary }
}
