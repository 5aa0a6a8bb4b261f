<#
-Session against real machines: network and mount namespaces with sshd and PowerShell's SSH subsystem. One lacks the root, one has a
variable in the way, one an intercepting proxy, one a wrong clock, one is gone.
#>
Describe 'A fleet' {
    BeforeAll {
        . $PSScriptRoot/Shell.ps1
        . $PSScriptRoot/Fleet.ps1
        $obstacle = Get-FleetObstacle
        if ($obstacle) {
            return
        }

        Import-Module $env:TLSTRUST_MODULE
        $fleet = New-ServedFleet (Join-Path ([IO.Path]::GetTempPath()) "tlstrust-fleet-$PID")
        $folder = $fleet.Folder
        $root = "$folder/pki/root.pem"
        $endpoint = $fleet.Endpoint
        $null = New-Item "$folder/empty" -ItemType Directory
        Add-FleetMachine $fleet web1 -Roots $root
        Add-FleetMachine $fleet web2 -Roots $root
        Add-FleetMachine $fleet rootless
        Add-FleetMachine $fleet variable -Roots $root -Variables @{ SSL_CERT_FILE = "$folder/old/root.pem"; SSL_CERT_DIR = "$folder/empty" }
        Add-FleetMachine $fleet proxied -Roots $root -Variables @{ HTTPS_PROXY = "http://${fleetServer}:8080" }
        Add-FleetMachine $fleet gone -Roots $root
        Add-FleetMachine $fleet insecure -Roots $root -Variables @{ NODE_TLS_REJECT_UNAUTHORIZED = '0' }
        if (Test-Path /usr/bin/faketime) {
            Add-FleetMachine $fleet late -Roots $root -Clock '+400d'
        }

        # Python reads certificates strictly since 3.13 (pyenv has several; elsewhere this has nothing to compare).
        $pythons = @{}
        Get-Item "$HOME/.pyenv/versions/3.*/bin/python3" -ErrorAction Ignore | ForEach-Object {
            $pythons[([version] ($_.FullName -replace '.*/versions/(3\.\d+).*', '$1')) -ge [version] '3.13' ? 'strict' : 'lenient'] = $_.DirectoryName
        }

        if ($pythons.Count -eq 2) {
            New-FleetAuthority "$folder/loose" 'Loose Root' -Loose
            Start-FleetServer $fleet "$folder/loose" 8446
            foreach ($name in $pythons.Keys) {
                Add-FleetMachine $fleet $name -Roots $root, "$folder/loose/root.pem" -Path $pythons[$name]
            }
        }

        $sessions = Open-FleetSession $fleet
        $one = { param($Name) $sessions | Where-Object Name -eq $Name }
        # Its machine loses its network for good, and its session notices.
        Stop-FleetMachine $fleet gone
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

    It 'answers from each machine with its own store, variable, proxy and clock' {
        $reports = Test-TlsEndpoint $endpoint -Session $sessions
        $reports.Count | Should -Be $sessions.Count
        $by = @{}
        $reports | ForEach-Object { $by[$_.Machine] = $_ }
        foreach ($trusting in 'web1', 'web2', 'insecure') {
            $by[$trusting] | Should -BeOfType TlsTrust.EndpointReport
            $by[$trusting].Verdict | Should -Be Trusted -Because $trusting
        }

        $by.rootless.Verdict | Should -Be Untrusted
        $by.variable.AnchorStore | Should -Match 'old/root\.pem'
        $by.variable.Verdict | Should -Be Untrusted
        $by.proxied.ViaProxy | Should -Be "http://${fleetServer}:8080"
        $by.proxied.Presented[0].Issuer | Should -Match 'Proxy Root'
        $by.gone | Should -BeOfType TlsTrust.MachineFailure
        $by.gone.Fault | Should -BeIn NotConnected, ConnectionLost
        $by.gone.Summary | Should -Not -BeNullOrEmpty
        $by.gone.Remedy | Should -Match 'New-PSSession'
        if ($by.late) {
            $by.late.Cause | Should -Be Expired
            [math]::Round($by.late.ClockOffset.TotalDays) | Should -Be 400
        }

        $by.web1.ClockOffset | Should -BeNullOrEmpty
    }

    It 'gives results that pipe on' {
        $reports = Test-TlsEndpoint $endpoint -Session (& $one web1), (& $one rootless), (& $one gone)
        $chains = $reports | Get-CertificateChain -WarningVariable said -WarningAction SilentlyContinue
        $chains.Verdict | Sort-Object | Should -Be Trusted, Untrusted
        "$said" | Should -Match 'gone'
        ($reports | Where-Object Machine -eq rootless | Find-MissingIssuer -SearchPath $root -IncludeRoot).Certificate.Subject | Should -Match 'Fleet Root'
        ($reports | ConvertTo-Json -Depth 6 -EnumsAsStrings | ConvertFrom-Json).Machine | Sort-Object | Should -Be gone, rootless, web1
    }

    It 'tells -Quiet -All, errors and warnings apart by machine' {
        Test-TlsEndpoint $endpoint -Session (& $one web1), (& $one web2) -Quiet -All | Should -BeTrue
        Test-TlsEndpoint $endpoint -Session (& $one web1), (& $one gone) -Quiet -All | Should -BeFalse
        Test-TlsEndpoint $endpoint -Session (& $one rootless) -ErrorIfUntrusted -ErrorVariable faults -ErrorAction SilentlyContinue | Out-Null
        $faults[0].FullyQualifiedErrorId | Should -Be 'EndpointUntrusted,TlsTrust.PowerShell.TestTlsEndpointCommand'
        # A store that is not there is that machine's fault, and a row.
        $failure = Test-TlsEndpoint $endpoint -Session (& $one web1) -TrustStore /nowhere.pem
        $failure.Fault | Should -Be CommandFailed
        $failure.Summary | Should -Match '/nowhere\.pem'
    }

    It 'lets no secret go' {
        $secret = [pscredential]::new('u', (ConvertTo-SecureString 'p' -AsPlainText -Force))
        { Test-TlsEndpoint $endpoint -Session (& $one web1) -Proxy http://p:80 -ProxyCredential $secret } |
            Should -Throw -ErrorId 'InvalidCombination,TlsTrust.PowerShell.TestTlsEndpointCommand'
        { Test-TlsEndpoint $endpoint -Session (& $one web1) -Proxy http://me:secret@p:80 } |
            Should -Throw -ErrorId 'InvalidCombination,TlsTrust.PowerShell.TestTlsEndpointCommand'
        { Test-PemBundle /x -Session (& $one web1) -Password $secret.Password } |
            Should -Throw -ErrorId 'InvalidCombination,TlsTrust.PowerShell.TestPemBundleCommand'
    }

    It 'shows what programs trust there, and checks files there' {
        $programs = Get-TrustBundleEnvironment openssl, curl -Session (& $one web1), (& $one variable)
        $programs | Should -BeOfType TlsTrust.ProgramTrust
        ($programs | Where-Object { $_.Machine -eq 'variable' -and $_.Program -eq 'openssl' }).Store | Should -Match 'old/root\.pem'
        ($programs | Where-Object { $_.Machine -eq 'web1' -and $_.Program -eq 'openssl' }).Store | Should -Not -Match 'old/root\.pem'
        $file = $fleet.Machines.web1.Folder + '/home/x.pem'
        Set-Content $file (Get-Content $root)
        $bundle = Test-PemBundle '~/x.pem' -Session (& $one web1), (& $one web2) -ErrorVariable faults -ErrorAction SilentlyContinue
        $bundle.Machine | Should -Be web1
        $bundle.IsSound | Should -BeTrue
        $faults.Count | Should -Be 1
        $faults[0].FullyQualifiedErrorId | Should -Be 'PathNotFound,TlsTrust.PowerShell.TestPemBundleCommand'
        "$($faults[0])" | Should -Match '^web2: '
    }

    It 'says why it works here and not there' {
        $reports = Test-TlsEndpoint $endpoint -Session $sessions
        $rows = $reports | Compare-TlsReport -AcrossMachines
        $decides = @{}
        foreach ($row in $rows) {
            $row.Fails | ForEach-Object { $decides[$_] = "$($row.Decides)" }
        }

        $decides.rootless | Should -Be MissingRoot
        $decides.variable | Should -Be Variable
        $decides.proxied | Should -Be InterceptingProxy
        $decides.gone | Should -Be NoAnswer
        if ($fleet.Machines.late) {
            $decides.late | Should -Be Clock
        }

        $decides.Keys | Should -Not -Contain web1
        ($rows | Where-Object Decides -eq MissingRoot).Works | Should -Contain web2
        ($rows | Where-Object Decides -eq MissingRoot).Summary | Should -Match 'Fleet Root'
        $reports | Compare-TlsReport -AcrossMachines -Quiet | Should -BeFalse
        ($reports | Where-Object Machine -in web1, web2 | Compare-TlsReport -AcrossMachines -IncludeSame).Decides | Should -Be None
        # The same for programs.
        $programs = Get-TrustBundleEnvironment openssl -Endpoint $endpoint -Session (& $one web1), (& $one variable)
        ($programs | Compare-TlsReport -AcrossMachines).Decides | Should -Be Variable
    }

    It 'says that the version of a program decides, as the programs do' {
        if ($pythons.Count -lt 2) {
            Set-ItResult -Skipped -Because 'no two versions of Python are here, one before 3.13'
            return
        }

        $both = (& $one strict), (& $one lenient)
        $row = Get-TrustBundleEnvironment python -Endpoint shop.fleet.test:8446 -Session $both | Compare-TlsReport -AcrossMachines
        $row.Decides | Should -Be ProgramVersion
        $row.Fails | Should -Be strict
        $row.Works | Should -Be lenient
        $row.Summary | Should -Match 'rules of Python 3\.13, .* those of Python before 3\.13'
        $script = "import socket, ssl; ssl.create_default_context().wrap_socket(socket.create_connection(('shop.fleet.test', 8446)), server_hostname='shop.fleet.test'); print('accepted')"
        $said = Invoke-Command $both { param($Script) "$(python3 -c $Script 2>&1)" } -ArgumentList $script
        ($said | Where-Object PSComputerName -eq $fleet.Machines.lenient.Address) | Should -Match accepted
        ($said | Where-Object PSComputerName -eq $fleet.Machines.strict.Address) | Should -Match 'CERTIFICATE_VERIFY_FAILED'
    }

    It 'shows machines against endpoints and programs on one page' {
        $some = (& $one web1), (& $one rootless), (& $one gone)
        $file = Join-Path $TestDrive fleet.html
        $results = @(Test-TlsEndpoint $endpoint -Session $some; Get-TrustBundleEnvironment curl, openssl -Session $some)
        $results | Export-TlsReport $file | Should -BeOfType System.IO.FileInfo
        $page = Get-Content $file -Raw
        $page | Should -Match '(?s)<h2>Machines and endpoints</h2>.*<th scope="row">rootless</th><td class="Untrusted".*<th scope="row">web1</th><td class="Fine"'
        $page | Should -Match '<h2>Machines and programs</h2>'
        $page | Should -Match '<th scope="row">gone</th><td class="Unreachable"'
    }

    It 'believes nothing that a hostile machine says' {
        $session = Open-FleetSession $fleet web2
        # Its shell answers in the module's place.
        Invoke-Command $session {
            function global:Import-Module {
                $evil = {
                    [pscustomobject] @{
                        PSTypeName = 'TlsTrust.EndpointReport'; Endpoint = "shop`e[31m"; HostName = '=cmd|calc'; Port = 443; Verdict = 'Trusted'; Machine = 'web1'
                        Summary = "a`nb"; AnchorStore = "`u{202E}x"; CheckedAt = 'no date'; Presented = @([pscustomobject] @{ PSTypeName = 'TlsTrust.ChainCertificate'; Subject = "x`a"; Pem = "`e]0;title`a" })
                    }
                    [pscustomobject] @{ PSTypeName = 'TlsTrust.MachineFailure'; Machine = 'web1'; Command = 'x'; Summary = 'x'; Remedy = 'x' }
                    [pscustomobject] @{ PSTypeName = 'TlsTrust.Environment.Machines.LocalMachine' }
                    { throw 'this is code' }
                    'text', 1, $null
                    Write-Warning "look`e[2J"
                    Write-Error "no`e]8;;http://evil`a"
                    try { Read-Host 'Password' } catch { Write-Warning 'could not ask' }
                }
                $evil | Add-Member ImplementingType ([pscustomobject] @{ Assembly = [pscustomobject] @{ Location = $args[0] -replace 'TlsTrust\.psd1$', 'TlsTrust.PowerShell.dll' } })
                [pscustomobject] @{ ExportedCommands = @{ 'Test-TlsEndpoint' = $evil } }
            }
        }
        $results = @(Test-TlsEndpoint $endpoint -Session $session -WarningVariable said -WarningAction SilentlyContinue -ErrorVariable faults -ErrorAction SilentlyContinue)
        $results.Count | Should -Be 1
        $report = $results[0]
        $report | Should -BeOfType TlsTrust.EndpointReport
        $report.Machine | Should -Be web2
        $all = @($report.Endpoint, $report.HostName, $report.Summary, $report.AnchorStore, $report.Presented[0].Subject, $report.Presented[0].Pem; "$said"; "$faults") -join '|'
        $all | Should -Not -Match '[\u0000-\u0009\u000B-\u001F\u202E]'
        "$($report.HostName)" | Should -Not -Match '^=' -Because 'a spreadsheet would take it for a formula'
        "$said" | Should -Match 'could not ask'
        $faults[0].FullyQualifiedErrorId | Should -Be 'MachineError,TlsTrust.PowerShell.TestTlsEndpointCommand'
        Remove-PSSession $session
    }

    It 'ends on all machines at Ctrl+C' {
        $shell = [powershell]::Create().AddScript('param($Module, $Sessions) Import-Module $Module; Test-TlsEndpoint 10.255.255.1:443 -TimeoutSeconds 120 -Session $Sessions').
            AddArgument($env:TLSTRUST_MODULE).AddArgument(@((& $one web2), (& $one rootless)))
        $running = $shell.BeginInvoke()
        Start-Sleep 2
        $running.IsCompleted | Should -BeFalse
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 10
        $shell.Dispose()
        (Test-TlsEndpoint $endpoint -Session (& $one web2), (& $one rootless)).Count | Should -Be 2
    }

    It 'repairs on the machine where it was found, and never here' {
        $found = Get-TrustBundleEnvironment node -Insecure -Scope Process -Session $sessions | Where-Object { $_ -is [TlsTrust.InsecureSetting] }
        $found.Machine | Should -Be insecure
        $found | Repair-TrustBundleEnvironment -ErrorVariable faults -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $faults[0].FullyQualifiedErrorId | Should -Be 'InvalidInput,TlsTrust.PowerShell.RepairTrustBundleEnvironmentCommand'
        $repaired = $found | Repair-TrustBundleEnvironment -Session $sessions
        $repaired.Machine | Should -Be insecure
        Invoke-Command (& $one insecure) { $env:NODE_TLS_REJECT_UNAUTHORIZED } | Should -BeNullOrEmpty
    }

    It 'opens a lost connection again and goes on' {
        $session = Open-FleetSession $fleet web1
        Close-FleetConnection $fleet web1
        for ($try = 0; $session.State -eq 'Opened' -and $try -lt 100; $try++) {
            Start-Sleep -Milliseconds 100
        }

        $session.State | Should -Not -Be 'Opened'
        (Test-TlsEndpoint $endpoint -Session $session).Verdict | Should -Be Trusted
        Remove-PSSession $session
        $lost = $sessions | Where-Object { $_.Name -ne 'gone' -and $_.State -ne 'Opened' }
        $lost.Name | Should -BeIn @($null, 'web1')
        (Test-TlsEndpoint $endpoint -Session (& $one web1)).Verdict | Should -Be Trusted
    }

    It 'gives every row once when the connection is cut in the middle' {
        $session = Open-FleetSession $fleet web2
        $shell = [powershell]::Create().AddScript('param($Module, $Session, $Endpoint) Import-Module $Module; Test-TlsEndpoint $Endpoint, 10.255.255.1:443 -TimeoutSeconds 6 -Session $Session').
            AddArgument($env:TLSTRUST_MODULE).AddArgument($session).AddArgument($endpoint)
        $rows = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $rows)
        for ($try = 0; $rows.Count -eq 0 -and $try -lt 100; $try++) {
            Start-Sleep -Milliseconds 100
        }

        Close-FleetConnection $fleet web2
        $null = $shell.EndInvoke($running)
        $rows.Endpoint | Should -Be $endpoint, '10.255.255.1:443'
        $rows.Verdict | Should -Be Trusted, Unreachable
        $shell.Dispose()
        Remove-PSSession $session
    }

    It 'ends on all machines when the pipeline has enough' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $first = Test-TlsEndpoint $endpoint, '10.255.255.1:443' -Session (& $one web2), (& $one rootless) | Select-Object -First 1
        $first.Machine | Should -Not -BeNullOrEmpty
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 15
        (Test-TlsEndpoint $endpoint -Session (& $one web2)).Verdict | Should -Be Trusted
    }
}
