#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# A pipe in the place of a file waits for whoever writes into it, for ever: no cmdlet opens one, whichever parameter has it.
BeforeDiscovery {
    $absent = $IsWindows -or -not (Get-Command mkfifo -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    $commands = @{
        'Test-TlsEndpoint'               = @{ TrustStore = $null; AdditionalAnchor = $null; SearchPath = $null; ClientCertificate = $null; ExpectedCertificate = $null }
        'Get-CertificateChain'           = @{ Path = $null; LiteralPath = $null; Store = $null; TrustStore = $null; SearchPath = $null }
        'Find-MissingIssuer'             = @{ Path = $null; LiteralPath = $null; Store = $null; TrustStore = $null; SearchPath = $null; Destination = $null }
        'Test-PemBundle'                 = @{ Path = $null; LiteralPath = $null; KeyPath = $null }
        'Repair-PemBundle'               = @{ Path = $null; LiteralPath = $null; KeyPath = $null; Destination = $null; SearchPath = $null }
        'Import-IntermediateCertificate' = @{ Path = $null; LiteralPath = $null }
        'Resolve-TlsError'               = @{ Path = $null; LiteralPath = $null }
        'Set-TrustBundleEnvironment'     = @{ Path = $null; LiteralPath = $null; PublicRoots = $null; Destination = $null }
        'Export-CertificateChain'        = @{ Destination = $null }
        'Export-TlsReport'               = @{ Destination = $null }
    }
    $filesAreTakenBy = '^(Path|LiteralPath|KeyPath|SearchPath|Store|TrustStore|AdditionalAnchor|ClientCertificate|ExpectedCertificate|PublicRoots|Destination)$'
}

Describe 'A pipe' -Skip:$absent {
    It 'is tried with every parameter that takes a file' {
        Import-Module $env:TLSTRUST_MODULE
        $all = foreach ($command in Get-Command -Module TlsTrust -CommandType Cmdlet) {
            $command.Parameters.Keys -match $filesAreTakenBy | ForEach-Object { "$($command.Name) -$_" }
        }
        $tried = foreach ($command in $commands.Keys) { $commands[$command].Keys | ForEach-Object { "$command -$_" } }
        $all.Count | Should -BeGreaterThan 10
        Compare-Object ($all | Sort-Object) ($tried | Sort-Object) | Should -BeNullOrEmpty
    }

    It 'is opened by none' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive pipes)).FullName
        $sound = Join-Path $folder sound.pem
        $key = [Security.Cryptography.ECDsa]::Create()
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=pipe.test', $key, 'SHA256')
        Set-Content $sound ($request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(1)).ExportCertificatePem())
        $shared = [hashtable]::Synchronized(@{})
        $job = Start-ThreadJob -ArgumentList $env:TLSTRUST_MODULE, $commands, $folder, $sound, $shared {
            param($module, $commands, $folder, $sound, $shared)
            Import-Module $module
            foreach ($command in $commands.Keys) {
                foreach ($parameter in $commands[$command].Keys) {
                    $pipe = Join-Path $folder "$command-$parameter.pem"
                    mkfifo $pipe
                    $shared.Now = $pipe
                    $given = @{ $parameter = $pipe }
                    if ((Get-Command $command).Parameters.ContainsKey('Force')) { $given.Force = $true }
                    if ((Get-Command $command).Parameters.ContainsKey('NoDownload')) { $given.NoDownload = $true }
                    if ($command -eq 'Set-TrustBundleEnvironment') { $given.Scope = 'Process'; $given.WhatIf = $true }
                    if ($parameter -notin 'Path', 'LiteralPath', 'Store') {
                        switch -Regex ($command) {
                            'Export-' { $given.InputObject = Get-CertificateChain -LiteralPath $sound -NoDownload }
                            'Test-TlsEndpoint' { $given.Endpoint = '127.0.0.1:1' }
                            default { $given[(Get-Command $command).Parameters.ContainsKey('LiteralPath') ? 'LiteralPath' : 'Path'] = $sound }
                        }
                    }

                    $said = try { & $command @given *>&1 } catch { $_ }
                    [pscustomobject] @{ Pipe = $pipe; Said = $said | Out-String; IsPipe = $(test -p $pipe; $LASTEXITCODE -eq 0) }
                }
            }
            $shared.Now = $null
        }
        $null = $job | Wait-Job -Timeout 240
        if ($shared.Now) {
            # Whoever waits gets an end of file, so that this process can end.
            $null = Start-Process timeout -ArgumentList 5, bash, '-c', "': > `"$($shared.Now)`"'" -PassThru -Wait
        }

        $shared.Now | Should -BeNullOrEmpty
        $results = @($job | Receive-Job)
        $results.Count | Should -Be ($commands.Values | ForEach-Object Count | Measure-Object -Sum).Sum
        $job | Remove-Job -Force
        foreach ($result in $results) {
            $result.Said | Should -Not -BeNullOrEmpty -Because $result.Pipe
            $result.IsPipe | Should -BeTrue -Because "$($result.Pipe) is somebody else's"
        }
    }
}
