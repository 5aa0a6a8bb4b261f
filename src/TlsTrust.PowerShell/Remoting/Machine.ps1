# What runs on the other machine: PowerShell 7.4 or later, and nothing of the module is there yet. Step 'Invoke' runs the command with the
# module's exact files, wherever on the machine they are; where they are not, it says so, and step 'Receive' puts them there.
param(
    [string] $Step,
    [string] $Version,

    # Name of the folder: the version and a digest of all files.
    [string] $Folder,

    # SHA-256 of each file, by its path in the folder.
    [hashtable] $Files,

    # The files, as a ZIP archive.
    [byte[]] $Archive,

    [string] $Command,

    # The command's parameters, as CLIXML.
    [string] $Parameters,

    # Certificates as DER, by the name of the parameter that takes them: public parts only.
    [hashtable] $Certificates
)

$ErrorActionPreference = 'Continue'

# A restricted language (WDAC, a session configuration) allows next to nothing of this, so that nothing of it is begun.
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
    throw "Its language mode is $($ExecutionContext.SessionState.LanguageMode)."
}

# A copy counts when every file of it is as it was here: neither half of one nor another build is ever imported.
function Test-Copy([string] $Path) {
    foreach ($name in $Files.Keys) {
        $file = [IO.Path]::Combine($Path, $name)
        if (-not [IO.File]::Exists($file)) {
            return $false
        }

        $stream = [IO.File]::OpenRead($file)
        try {
            if ([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($stream)) -ne $Files[$name]) {
                return $false
            }
        }
        finally {
            $stream.Dispose()
        }
    }

    $true
}

# True where nobody but this user and root can change what lies at the path, or put something else in its place.
function Test-Own([string] $Path, [int] $UserId) {
    if ($IsWindows) {
        return $true # a profile's folder is its user's
    }

    for ($at = [IO.Path]::GetFullPath($Path); $at; $at = [IO.Path]::GetDirectoryName($at)) {
        $item = Get-Item -LiteralPath $at -Force
        if ($item.UnixStat.UserId -notin 0, $UserId) {
            return $false
        }

        if ($item.LinkTarget) {
            if (-not (Test-Own $item.ResolveLinkTarget($true).FullName $UserId)) {
                return $false
            }
        }
        elseif (([int] [IO.File]::GetUnixFileMode($at) -band 0b000010010) -and -not $item.UnixStat.IsSticky) {
            return $false
        }
    }

    $true
}

function New-OwnFolder([string] $Path) {
    if ($IsWindows) {
        [void] [IO.Directory]::CreateDirectory($Path)
    }
    else {
        [void] [IO.Directory]::CreateDirectory($Path, [IO.UnixFileMode] 'UserRead, UserWrite, UserExecute')
    }
}

# The folder of copies in this user's cache; null where there is none that is only this user's.
function Get-Cache([switch] $Create) {
    $base = if ($IsWindows) { [Environment]::GetFolderPath('LocalApplicationData') }
    elseif ([IO.Path]::IsPathRooted("$env:XDG_CACHE_HOME")) { $env:XDG_CACHE_HOME }
    elseif ($HOME) { [IO.Path]::Combine($HOME, $IsMacOS ? 'Library/Caches' : '.cache') }
    if (-not $base) {
        return
    }

    try {
        $cache = [IO.Path]::Combine($base, 'TlsTrust', 'remote')
        if ($Create) {
            New-OwnFolder $cache
        }

        if (-not [IO.Directory]::Exists($cache)) {
            return
        }

        # The one thing that is certain to be this user's is what this user just made.
        $probe = [IO.Directory]::CreateTempSubdirectory('tlstrust-')
        $user = $IsWindows ? 0 : (Get-Item -LiteralPath $probe.FullName).UnixStat.UserId
        $probe.Delete()
        if (Test-Own $cache $user) {
            $cache
        }
    }
    catch {
        Write-Verbose "no folder of its own: $_"
    }
}

if ($Step -eq 'Receive') {
    $ErrorActionPreference = 'Stop'
    $cache = Get-Cache -Create
    $place = $cache ? [IO.Path]::Combine($cache, $Folder) : [IO.Directory]::CreateTempSubdirectory("tlstrust-$Version-").FullName

    # Whole or not at all: it gets its name when it is complete. Of two at once the first wins, and both are the same.
    $staging = [IO.Path]::Combine([IO.Path]::GetDirectoryName($place), "new-$([guid]::NewGuid().ToString('N'))")
    New-OwnFolder $staging
    try {
        $zip = [IO.Compression.ZipArchive]::new([IO.MemoryStream]::new($Archive))
        try {
            [IO.Compression.ZipFileExtensions]::ExtractToDirectory($zip, $staging)
        }
        finally {
            $zip.Dispose()
        }

        if (-not (Test-Copy $staging)) {
            throw 'What arrived is not what was sent.'
        }

        if ([IO.Directory]::Exists($place) -and -not (Test-Copy $place)) {
            [IO.Directory]::Move($place, "$staging-broken")
            Remove-Item -LiteralPath "$staging-broken" -Recurse -Force -ErrorAction Ignore
        }

        try {
            [IO.Directory]::Move($staging, $place)
        }
        catch [IO.IOException] {
            if (-not (Test-Copy $place)) {
                throw
            }
        }
    }
    finally {
        if ([IO.Directory]::Exists($staging)) {
            Remove-Item -LiteralPath $staging -Recurse -Force -ErrorAction Ignore
        }
    }

    # Copies that nothing has used for a month are of versions that nobody runs any more.
    if ($cache) {
        Get-ChildItem -LiteralPath $cache -Directory -Force |
            Where-Object { $_.FullName -ne $place -and $_.LastWriteTimeUtc -lt [datetime]::UtcNow.AddDays(-30) } |
            Remove-Item -Recurse -Force -ErrorAction Ignore
    }

    return [pscustomobject] @{ State = 'Received'; Place = $place }
}

# -Folder is where the copy was put when there was no cache to look in.
$number = try { [System.Security.Cryptography.SafeEvpPKeyHandle]::OpenSslVersion } catch { 0 }
$library = if ($number) { 'OpenSSL {0}.{1}.{2}' -f ($number -shr 28), (($number -shr 20) -band 0xFF), (($number -shr 4) -band 0xFFFF) }
else { [System.Environment]::OSVersion.VersionString }
[pscustomobject] @{ State = 'Started'; Now = [datetime]::UtcNow.Ticks; Library = "$library, $([Runtime.InteropServices.RuntimeInformation]::FrameworkDescription)" }
$base = $null
foreach ($loaded in Get-Module TlsTrust) {
    if (-not (Test-Copy $loaded.ModuleBase)) {
        return [pscustomobject] @{ State = 'OtherVersion'; Place = "$($loaded.Version)" }
    }

    $base = $loaded.ModuleBase
}

if (-not $base) {
    $carried = if ([IO.Path]::IsPathRooted($Folder)) { $Folder }
    elseif ($cache = Get-Cache) { [IO.Path]::Combine($cache, $Folder) }
    $installed = Get-Module TlsTrust -ListAvailable -ErrorAction Ignore |
        Where-Object { "$($_.Version)" -eq $Version } | ForEach-Object ModuleBase
    $base = @($carried; $installed) -ne $null | Where-Object { Test-Copy $_ } | Select-Object -First 1
    if (-not $base) {
        return [pscustomobject] @{ State = 'Missing' }
    }

    if ($base -eq $carried) {
        [IO.Directory]::SetLastWriteTimeUtc($base, [datetime]::UtcNow)
    }
}

try {
    $module = Import-Module ([IO.Path]::Combine($base, 'TlsTrust.psd1')) -PassThru -ErrorAction Stop
    $cmdlet = $module.ExportedCommands[$Command]
    if ($cmdlet.ImplementingType.Assembly.Location -ne [IO.Path]::Combine($base, 'TlsTrust.PowerShell.dll')) {
        throw 'another one answers'
    }
}
catch {
    # An assembly of that name stays in the process for good.
    return [pscustomobject] @{ State = 'OtherVersion'; Place = "$_" }
}

$given = [System.Management.Automation.PSSerializer]::Deserialize($Parameters)
foreach ($name in $Certificates.Keys) {
    $given[$name] = @(foreach ($der in $Certificates[$name]) {
            [System.Security.Cryptography.X509Certificates.X509Certificate2]::new([byte[]] $der)
        })
}

try {
    & $cmdlet @given
    [pscustomobject] @{ State = 'Done' }
}
catch {
    throw
}
