# How the module goes along to machines: into whose folder, whether a copy is used, and which versions are installed there.
Describe 'The module on other machines' {
    BeforeAll {
        . $PSScriptRoot/Shell.ps1
        . $PSScriptRoot/Fleet.ps1
        $obstacle = Get-FleetObstacle
        if ($obstacle) {
            return
        }

        Import-Module $env:TLSTRUST_MODULE
        $fleet = New-ServedFleet (Join-Path ([IO.Path]::GetTempPath()) "tlstrust-fleet-module-$PID")
        $folder = $fleet.Folder
        $root = "$folder/pki/root.pem"
        $endpoint = $fleet.Endpoint
        # Another version of the module, as an administrator installed it there; and the same.
        foreach ($version in 'other', 'same') {
            Copy-Item $env:TLSTRUST_MODULE "$folder/$version/TlsTrust" -Recurse
        }

        $manifest = Get-Content "$folder/other/TlsTrust/TlsTrust.psd1" -Raw
        Set-Content "$folder/other/TlsTrust/TlsTrust.psd1" ($manifest -replace "ModuleVersion\s*= '[\d.]+'", "ModuleVersion = '0.0.9'")
        Add-FleetMachine $fleet web1 -Roots $root
        Add-FleetMachine $fleet web2 -Roots $root
        Add-FleetMachine $fleet otherversion -Roots $root -Variables @{ PSModulePath = "$folder/other" }
        Add-FleetMachine $fleet sameversion -Roots $root -Variables @{ PSModulePath = "$folder/same" }
        $sessions = Open-FleetSession $fleet
        $null = Test-TlsEndpoint $endpoint -Session $sessions
        $one = { param($Name) $sessions | Where-Object Name -eq $Name }
    }

    AfterAll {
        if ($fleet) {
            Remove-Fleet $fleet $sessions
        }
    }

    BeforeEach {
        if ($obstacle) {
            Set-ItResult -Skipped -Because $obstacle
        }
    }

    It 'brings the module along into a folder that is only the user''s, once, and never loads a broken copy' {
        $home1 = $fleet.Machines.web1.Folder + '/home'
        $copy = Get-ChildItem "$home1/.cache/TlsTrust/remote" -Directory
        $copy.Count | Should -Be 1
        $copy.Name | Should -Match '^\d+\.\d+\.\d+-[0-9A-F]{32}$'
        $copy.UnixFileMode | Should -Be 'UserExecute, UserWrite, UserRead'
        $made = $copy.CreationTimeUtc
        $null = Test-TlsEndpoint $endpoint -Session (& $one web1)
        (Get-ChildItem "$home1/.cache/TlsTrust/remote" -Directory).CreationTimeUtc | Should -Be $made
        # A byte too much in one file: another session brings it again.
        Add-Content "$copy/TlsTrust.psd1" ' '
        $session = Open-FleetSession $fleet web1
        $said = Test-TlsEndpoint $endpoint -Session $session -Verbose 4>&1
        ($said | Where-Object { $_ -is [TlsTrust.EndpointReport] }).Verdict | Should -Be Trusted
        "$said" | Should -Match 'the module goes along'
        Get-Content "$copy/TlsTrust.psd1" -Raw | Should -BeExactly (Get-Content "$env:TLSTRUST_MODULE/TlsTrust.psd1" -Raw)
        (Get-ChildItem "$home1/.cache/TlsTrust/remote" -Force).Count | Should -Be 1
        Remove-PSSession $session
    }

    It 'keeps away from a cache that another user can write to' {
        $cache = $fleet.Machines.web2.Folder + '/home/.cache'
        chmod 0777 $cache
        $session = Open-FleetSession $fleet web2
        try {
            (Test-TlsEndpoint $endpoint -Session $session).Verdict | Should -Be Trusted
            $where = Invoke-Command $session { (Get-Module TlsTrust).ModuleBase }
            $where | Should -Not -Match ([regex]::Escape($cache))
            (Get-Item $where).UnixFileMode | Should -Be 'UserExecute, UserWrite, UserRead'
            Remove-Item $where -Recurse
        }
        finally {
            chmod 0755 $cache
            Remove-PSSession $session
        }
    }

    It 'uses what is installed there only where it is the same to the byte' {
        $base = Invoke-Command (& $one otherversion) { (Get-Module TlsTrust).ModuleBase }
        $base | Should -Match '/\.cache/TlsTrust/remote/'
        # A session that has another build loaded can't have ours.
        $session = Open-FleetSession $fleet otherversion
        Invoke-Command $session { Import-Module TlsTrust }
        $failure = Test-TlsEndpoint $endpoint -Session $session
        $failure.Fault | Should -Be OtherVersionLoaded
        $failure.Remedy | Should -Match 'new session'
        Remove-PSSession $session
    }

    It 'takes what is installed there where it is the same to the byte' {
        $base = Invoke-Command (& $one sameversion) { (Get-Module TlsTrust).ModuleBase }
        $base | Should -Be "$folder/same/TlsTrust"
        "$($fleet.Machines.sameversion.Folder)/home/.cache/TlsTrust" | Should -Not -Exist
        (Test-TlsEndpoint $endpoint -Session (& $one sameversion)).Verdict | Should -Be Trusted
    }
}
