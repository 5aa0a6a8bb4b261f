# Provisioning over -Session: what is said, what is cut, what is undone, and the README's lines as they stand there.
Describe 'Provisioning a fleet' {
    BeforeAll {
        . $PSScriptRoot/Shell.ps1
        . $PSScriptRoot/Fleet.ps1
        $obstacle = Get-FleetObstacle
        if ($obstacle) {
            return
        }

        Import-Module $env:TLSTRUST_MODULE
        $fleet = New-ServedFleet (Join-Path ([IO.Path]::GetTempPath()) "tlstrust-fleet-set-$PID")
        $folder = $fleet.Folder
        $root = "$folder/pki/root.pem"
        $endpoint = $fleet.Endpoint
        Add-FleetMachine $fleet web1 -Roots $root
        Add-FleetMachine $fleet web2 -Roots $root
        Add-FleetMachine $fleet rootless
        Add-FleetMachine $fleet insecure -Roots $root -Variables @{ NODE_TLS_REJECT_UNAUTHORIZED = '0' }
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

    It 'provisions, says before, after and verified, is idempotent, renews and undoes' {
        $two = (& $one rootless), (& $one web2)
        $plan = Set-TrustBundleEnvironment $root -Scope User -Program curl -Session $two -WhatIf
        $plan.Machine | Sort-Object -Unique | Should -Be rootless, web2
        Get-ChildItem ($fleet.Machines.rootless.Folder + '/home') -Recurse -Force -Filter trust-bundle*.pem | Should -BeNullOrEmpty

        $done = Set-TrustBundleEnvironment $root -Scope User -Program curl -Session $two
        $done | Should -BeOfType TlsTrust.TrustEnvironmentChange
        $done.Machine | Sort-Object -Unique | Should -Be rootless, web2
        $done | ForEach-Object { $_.Before | Should -BeNullOrEmpty; $_.After | Should -Not -BeNullOrEmpty; $_.Verified | Should -Be ReadBack }
        # The certificate went, and no path of this machine.
        $done.After | ForEach-Object { $_ | Should -Not -Match 'pki' }
        $again = Set-TrustBundleEnvironment $root -Scope User -Program curl -Session $two
        $again.IsChange | Should -Not -Contain $true
        # A real curl over there is asked.
        $asked = Set-TrustBundleEnvironment $root -Scope User -Program curl -VerifyEndpoint $endpoint -Session (& $one rootless)
        $asked.Verified | Should -Be Accepted
        (Update-TrustBundleEnvironment User -Session $two).Machine | Sort-Object -Unique | Should -Be rootless, web2
        $undone = Remove-TrustBundleEnvironment User -Session $two
        $undone.Machine | Sort-Object -Unique | Should -Be rootless, web2
        $undone | Where-Object IsChange | ForEach-Object { $_.After | Should -BeNullOrEmpty }
        Get-ChildItem ($fleet.Machines.rootless.Folder + '/home') -Recurse -Force -Filter trust-bundle*.pem | Should -BeNullOrEmpty
    }

    It 'asks here with -Confirm, once for each machine, and does what was answered' {
        $ways = Join-Path $TestDrive ways.xml
        'web1', 'rootless' | ForEach-Object { Get-FleetWay $fleet $_ } | Export-Clixml $ways
        $script = Join-Path $TestDrive confirm.ps1
        Set-Content $script @"
Import-Module '$env:TLSTRUST_MODULE'
`$s = Import-Clixml '$ways' | ForEach-Object { `$way = `$_; New-PSSession @way }
Set-TrustBundleEnvironment '$root' -Scope User -Program curl -Session `$s -Confirm | Export-Clixml '$TestDrive/answered.xml'
"@
        $shell = @(Get-Shell)
        $said = 'n', 'y' | & $shell[0] @($shell | Select-Object -Skip 1) -NoProfile -File $script
        "$said" | Should -Match 'web1'
        "$said" | Should -Match 'rootless'
        $rows = Import-Clixml "$TestDrive/answered.xml"
        $rows.Machine | Should -Be rootless
        $rows.IsChange | Should -BeTrue
        Get-ChildItem ($fleet.Machines.web1.Folder + '/home') -Recurse -Force -Filter trust-bundle*.pem | Should -BeNullOrEmpty
        Remove-TrustBundleEnvironment User -Session (& $one rootless) | Should -Not -BeNullOrEmpty
    }

    It 'wants the fingerprint of a root from the network there too' {
        $report = Test-TlsEndpoint shop.fleet.test:8445 -Session (& $one rootless)
        $set = @{ Scope = 'User'; Program = 'curl'; Session = (& $one rootless); WhatIf = $true }
        $report | Set-TrustBundleEnvironment @set -ErrorVariable faults -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $faults[0].FullyQualifiedErrorId | Should -Be 'FingerprintRequired,TlsTrust.PowerShell.SetTrustBundleEnvironmentCommand'
        $faults[0].TargetObject | Should -Be rootless
        ($report | Set-TrustBundleEnvironment @set -Fingerprint $report.Presented[-1].Sha256).Machine | Should -Be rootless
    }

    It 'ends a provisioning that was cut, whenever that was, and undoes it whole' {
        foreach ($delay in 200, 700) {
            $session = Open-FleetSession $fleet web2
            $shell = [powershell]::Create().AddScript('param($Module, $Session, $Root) Import-Module $Module; Set-TrustBundleEnvironment $Root -Scope User -Program curl, git -Session $Session').
                AddArgument($env:TLSTRUST_MODULE).AddArgument($session).AddArgument($root)
            $running = $shell.BeginInvoke()
            Start-Sleep -Milliseconds $delay
            Close-FleetConnection $fleet web2
            $rows = $shell.EndInvoke($running)
            $rows.Program | Should -Be curl, git
            $rows.Verified | Should -Be ReadBack, ReadBack
            # Whenever it was cut, it tells what was there before it.
            $rows | ForEach-Object { $_.Before | Should -BeNullOrEmpty; $_.IsChange | Should -BeTrue }
            $shell.Dispose()
            # The same line with the same session, which is lost by now: it is opened again, and there is nothing left to do.
            $again = Set-TrustBundleEnvironment $root -Scope User -Program curl, git -Session $session
            $again.IsChange | Should -Not -Contain $true
            $again | ForEach-Object { $_.Original | Should -BeNullOrEmpty; $_.Since | Should -BeOfType datetime }
            $null = Remove-TrustBundleEnvironment User -Session $session
            Get-ChildItem ($fleet.Machines.web2.Folder + '/home') -Recurse -Force -Filter trust-bundle*.pem | Should -BeNullOrEmpty
            Remove-PSSession $session
        }
    }

    Context 'The one-liners of the README, as they stand there' {
        BeforeAll {
            $readme = Get-Content (Join-Path $PSScriptRoot '../README.md') -Raw
            $block = [regex]::Matches($readme, '(?ms)^```powershell\r?\n(.*?)^```').Groups | Where-Object Value -Match '^\$s = New-PSSession' | Select-Object -First 1
            $lines = $block.Value -split "`r?`n" | Where-Object { $_ } | Select-Object -Skip 1
            if (-not $obstacle) {
                Push-Location $TestDrive
                Copy-Item $root ./company-root.pem
            }
        }

        AfterAll {
            if (-not $obstacle) {
                Remove-TrustBundleEnvironment User -Session (& $one web1), (& $one rootless), (& $one insecure) | Out-Null
                Pop-Location
            }
        }

        It 'all work over SSH' {
            $lines.Count | Should -BeGreaterThan 4
            $s = (& $one web1), (& $one rootless), (& $one insecure)
            foreach ($line in $lines) {
                $output = @(& ([scriptblock]::Create($line.Replace('shop.example.org', $endpoint))) -ErrorVariable faults)
                $faults | Should -BeNullOrEmpty -Because $line
                if ($line -notmatch 'Repair-') {
                    $output | Should -Not -BeNullOrEmpty -Because $line
                }

                $output | ForEach-Object { $_ | Should -Not -BeOfType TlsTrust.MachineFailure }
            }

            Get-Content ./fleet.html -Raw | Should -Match 'Machines and endpoints'
            (Get-TrustBundleEnvironment curl -Scope User -Session $s).AnchorCount | Sort-Object -Unique | Should -HaveCount 1
        }
    }
}
