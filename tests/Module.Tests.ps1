BeforeAll {
    $module = Join-Path $PSScriptRoot '../out/TlsTrust'
    $pwsh = (Get-Process -Id $PID).Path
    Import-Module $module
}

Describe 'The module' {
    It 'has a manifest that PowerShell accepts' {
        (Test-ModuleManifest (Join-Path $module 'TlsTrust.psd1')).Name | Should -Be 'TlsTrust'
    }

    It 'has what the PowerShell Gallery asks for' {
        $data = Import-PowerShellDataFile (Join-Path $module 'TlsTrust.psd1')
        $data.Description, $data.Author, $data.CompanyName, $data.Copyright | Should -Not -BeNullOrEmpty
        $data.PrivateData.PSData.Tags | Should -Contain 'PSEdition_Core'
        $data.PrivateData.PSData.Tags | Should -Contain 'Linux'
        $data.PrivateData.PSData.Tags | Should -Contain 'Windows'
        $data.PrivateData.PSData.Tags | Should -Contain 'MacOS'
        $data.PrivateData.PSData.LicenseUri, $data.PrivateData.PSData.ProjectUri, $data.PrivateData.PSData.ReleaseNotes | Should -Not -BeNullOrEmpty
        $data.FunctionsToExport, $data.AliasesToExport, $data.VariablesToExport | Should -BeNullOrEmpty
    }

    It 'ships no assembly but its own, and no private symbols of PowerShell' {
        (Get-ChildItem $module -Filter *.dll).Name | Sort-Object | Should -Be 'TlsTrust.dll', 'TlsTrust.PowerShell.dll'
    }

    It 'exports the cmdlets of its manifest' {
        $listed = (Import-PowerShellDataFile (Join-Path $module 'TlsTrust.psd1')).CmdletsToExport
        (Get-Command -Module TlsTrust).Name | Sort-Object | Should -Be ($listed | Sort-Object)
    }

    It 'uses approved verbs' {
        (Get-Command -Module TlsTrust).Verb | Sort-Object -Unique | Should -BeIn (Get-Verb).Verb
    }

    It 'names the output types of every cmdlet' {
        foreach ($command in Get-Command -Module TlsTrust) {
            $command.OutputType.Name | Should -Not -BeNullOrEmpty -Because $command.Name
        }
    }

    It 'does not load the engine when it is imported' {
        $names = & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$module'; [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -like 'TlsTrust*'"
        $names | Should -Be 'TlsTrust.PowerShell'
    }

    It 'imports in at most twice the time of an empty binary module' {
        # The same compiler, the same loader: a module with one cmdlet that does nothing, made by PowerShell's own Add-Type.
        $empty = Join-Path $TestDrive 'Empty'
        New-Item $empty -ItemType Directory | Out-Null
        $source = 'using System.Management.Automation; [Cmdlet("Test", "Empty")] public sealed class TestEmptyCommand : PSCmdlet { }'
        Add-Type -TypeDefinition $source -OutputAssembly (Join-Path $empty 'Empty.dll') -OutputType Library
        New-ModuleManifest (Join-Path $empty 'Empty.psd1') -RootModule 'Empty.dll' -CmdletsToExport 'Test-Empty' -FunctionsToExport @() -AliasesToExport @()
        $measure = {
            param($Warm, $Path)
            # PowerShell's own first import loads much of PowerShell; that is nobody's time.
            Import-Module $Warm
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            Import-Module $Path
            $watch.Elapsed.TotalMilliseconds
        }
        $other = Join-Path $TestDrive 'Warm'
        New-Item $other -ItemType Directory | Out-Null
        Add-Type -TypeDefinition $source.Replace('Empty', 'Warm') -OutputAssembly (Join-Path $other 'Warm.dll') -OutputType Library
        New-ModuleManifest (Join-Path $other 'Warm.psd1') -RootModule 'Warm.dll' -CmdletsToExport 'Test-Warm' -FunctionsToExport @() -AliasesToExport @()

        # The best of several, alternating: the machine is busy with other things too.
        $ours = @()
        $theirs = @()
        foreach ($round in 1..4) {
            $theirs += & $pwsh -NoProfile -NonInteractive -Command $measure -args "$other/Warm.psd1", "$empty/Empty.psd1"
            $ours += & $pwsh -NoProfile -NonInteractive -Command $measure -args "$other/Warm.psd1", "$module/TlsTrust.psd1"
        }

        $best = @(($ours | Measure-Object -Minimum).Minimum, ($theirs | Measure-Object -Minimum).Minimum)
        Write-Host ('    import: {0:0.0} ms, an empty module {1:0.0} ms' -f $best)
        $best[0] | Should -BeLessOrEqual (2 * $best[1])
    }

    It 'leaves nothing behind when it is removed' {
        $left = & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$module'; Remove-Module TlsTrust; @(Get-Command -Module TlsTrust).Count; @(Get-TypeData TlsTrust.EndpointReport).Count"
        $left | Should -Be '0', '0'
    }
}
