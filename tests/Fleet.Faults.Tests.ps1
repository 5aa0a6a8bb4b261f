# Machines that can't answer: each is a row with its reason and what to do, provoked for real.
Describe 'Machines that give no answer' {
    BeforeAll {
        . $PSScriptRoot/Shell.ps1
        . $PSScriptRoot/Fleet.ps1
        $obstacle = Get-FleetObstacle
        if ($obstacle) {
            return
        }

        Import-Module $env:TLSTRUST_MODULE
        $fleet = New-ServedFleet (Join-Path ([IO.Path]::GetTempPath()) "tlstrust-fleet-faults-$PID")
        $folder = $fleet.Folder
        $root = "$folder/pki/root.pem"
        $endpoint = $fleet.Endpoint
        # PowerShell reads these where its SSH subsystem starts with -ConfigurationFile.
        New-PSSessionConfigurationFile "$folder/jea.pssc" -SessionType RestrictedRemoteServer
        New-PSSessionConfigurationFile "$folder/constrained.pssc" -SessionType Default -LanguageMode ConstrainedLanguage
        New-OldShellHook "$folder/OldShell.dll"
        Add-FleetMachine $fleet web1 -Roots $root
        Add-FleetMachine $fleet jea -Roots $root -Arguments @('-ConfigurationFile', "$folder/jea.pssc")
        Add-FleetMachine $fleet constrained -Roots $root -Arguments @('-ConfigurationFile', "$folder/constrained.pssc")
        Add-FleetMachine $fleet full -Roots $root -Prepare 'mount -t tmpfs -o size=200k full $folder/home/.cache'
        Add-FleetMachine $fleet old -Roots $root -Variables @{ DOTNET_STARTUP_HOOKS = "$folder/OldShell.dll" }
        $sessions = Open-FleetSession $fleet
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

    It 'gives each machine that can''t answer a row with its reason and what to do, and the others their answers' {
        $busy = Open-FleetSession $fleet web1
        $busy.Name = 'busy'
        $job = Invoke-Command $busy { Start-Sleep 60 } -AsJob
        try {
            $rows = Test-TlsEndpoint $endpoint -Session (@($sessions) + $busy)
            $faults = @{}
            $rows | Where-Object { $_ -is [TlsTrust.MachineFailure] } | ForEach-Object { $faults[$_.Machine] = "$($_.Fault)" }
            $faults.busy | Should -Be Busy
            $faults.jea | Should -Be RestrictedSession
            $faults.constrained | Should -Be RestrictedSession
            $faults.full | Should -Be ModuleNotCopied
            $faults.old | Should -Be ShellTooOld
            ($rows | Where-Object { $_ -is [TlsTrust.EndpointReport] }).Machine | Should -Be web1
            foreach ($row in $rows | Where-Object { $_ -is [TlsTrust.MachineFailure] }) {
                $row.Summary | Should -Not -BeNullOrEmpty -Because $row.Machine
                $row.Remedy | Should -Match 'session|space|New-PSSession' -Because $row.Machine
                $row.Command | Should -Be Test-TlsEndpoint
            }
        }
        finally {
            $job | Stop-Job -PassThru | Remove-Job
            Remove-PSSession $busy
        }
    }

    It 'copies nothing to a Windows PowerShell, and names the configuration to use' {
        $row = Test-TlsEndpoint $endpoint -Session (& $one old)
        $row.Summary | Should -Match 'Windows PowerShell 5\.1'
        $row.Remedy | Should -Match 'PowerShell\.7'
        Get-ChildItem "$($fleet.Machines.old.Folder)/home" -Recurse -Force -Filter *.dll | Should -BeNullOrEmpty
    }

    It 'says that a full disk is full, and goes on where there is room' {
        $row = Test-TlsEndpoint $endpoint -Session (& $one full)
        $row.Summary | Should -Match 'space'
        $row.Remedy | Should -Match 'space'
    }

    It 'gives up on a machine that says nothing, after ten minutes' {
        if ($env:TLSTRUST_LONG -ne '1') {
            Set-ItResult -Skipped -Because 'it takes ten minutes (TLSTRUST_LONG=1)'
            return
        }

        $id = Invoke-Command (& $one web1) { $PID }
        kill -STOP $id
        try {
            $row = Test-TlsEndpoint $endpoint -Session (& $one web1)
            $row.Fault | Should -Be NoAnswer
            $row.Remedy | Should -Match 'same line again'
        }
        finally {
            kill -CONT $id
        }
    }
}
