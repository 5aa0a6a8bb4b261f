<#
How the cmdlets fit together: every result type × every cmdlet that takes something from the pipeline × live, from a file, from a job.
A new result type or cmdlet makes these tests fail until it stands in the table.
#>
BeforeDiscovery {
    Import-Module $env:TLSTRUST_MODULE

    # What a cmdlet (row) makes of a result (column): the type it answers with, an error, a warning, or nothing at all.
    $notBound = 'InputObjectNotBound'
    $table = @{
        'Test-TlsEndpoint'               = @{ EndpointReport = 'EndpointReport'; TlsErrorExplanation = 'EndpointReport'; Others = 'InvalidInput' }
        'Export-TlsReport'               = @{ EndpointReport = 'String'; CertificateChain = 'String'; IssuerMatch = 'String'; MachineFailure = 'String'; ProgramTrust = 'String'; InsecureSetting = 'String'; PemRepairReport = 'String'; ReportDifference = 'String'; TrustEnvironmentChange = 'String'; MachineDifference = 'String'; Others = 'Refused' }
        'Compare-TlsReport'              = @{ EndpointReport = 'ReportDifference'; Others = 'InvalidInput' }
        'Get-CertificateChain'           = @{ EndpointReport = 'CertificateChain'; CertificateChain = 'CertificateChain'; IssuerMatch = 'CertificateChain'; MachineFailure = 'Warning'; Others = 'InvalidInput' }
        'Export-CertificateChain'        = @{ EndpointReport = 'String'; CertificateChain = 'String'; Others = 'InvalidInput' }
        'Find-MissingIssuer'             = @{ EndpointReport = 'IssuerMatch'; CertificateChain = 'IssuerMatch'; IssuerMatch = 'Nothing'; MachineFailure = 'Warning'; Others = 'InvalidInput' }
        'Import-IntermediateCertificate' = @{ EndpointReport = 'IntermediateImportResult'; CertificateChain = 'IntermediateImportResult'; IssuerMatch = 'Warning'; Others = 'InvalidInput' }
        'Get-TrustBundleEnvironment'     = @{ TlsErrorExplanation = 'ProgramTrust'; Others = 'InvalidInput' }
        'Set-TrustBundleEnvironment'     = @{ EndpointReport = 'TrustEnvironmentChange'; CertificateChain = 'TrustEnvironmentChange'; IssuerMatch = 'TrustEnvironmentChange'; Others = 'Warning' }
        'Update-TrustBundleEnvironment'  = @{ Others = $notBound }
        'Remove-TrustBundleEnvironment'  = @{ Others = $notBound }
        'Resolve-TlsError'               = @{ Others = 'InvalidInput' }
        'Test-PemBundle'                 = @{ PemRepairReport = 'PemRepairReport'; Others = 'InvalidInput' }
        'Repair-PemBundle'               = @{ Others = 'PemRepairReport' } # the file is named by -Path; what gives no certificate is a warning
        'Repair-TrustBundleEnvironment'  = @{ InsecureSetting = 'TrustEnvironmentChange'; ProgramTrust = 'Nothing'; TlsErrorExplanation = 'Nothing'; Others = 'InvalidInput' }
    }
    $types = 'EndpointReport', 'ReportDifference', 'CertificateChain', 'IssuerMatch', 'IntermediateImportResult', 'ProgramTrust', 'InsecureSetting', 'FoundTrustStore', 'TrustEnvironmentChange', 'PemRepairReport', 'TlsErrorExplanation', 'MachineFailure', 'MachineDifference'
    $cells = foreach ($cmdlet in $table.Keys | Sort-Object) {
        foreach ($type in $types) {
            foreach ($way in 'live', 'file', 'job') {
                @{ cmdlet = $cmdlet; type = $type; way = $way; expected = $table[$cmdlet][$type] ?? $table[$cmdlet].Others }
            }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Lab.ps1
    . $PSScriptRoot/Shell.ps1
    $module = $env:TLSTRUST_MODULE
    Import-Module $module
    Add-Type -Path (Join-Path $module 'TlsTrust.dll')
    $results = (Get-Command -Module TlsTrust).OutputType.Type | Where-Object { [TlsTrust.IResult].IsAssignableFrom($_) } | Sort-Object FullName -Unique
    $missing = Get-LabParameter missing-intermediate
    $store = $missing.TrustStore
    $refused = (Get-LabScenario refused).endpoint

    # One real object of each result type. It runs here and in the job.
    $make = {
        param($Module, $Missing, $Folder)
        $ErrorActionPreference = 'Stop'
        Import-Module $Module
        $env:XDG_CACHE_HOME = $env:LOCALAPPDATA = $Folder
        $report = Test-TlsEndpoint @Missing
        $report
        $report | Compare-TlsReport @()
        Get-CertificateChain $Missing.Endpoint -TrustStore $Missing.TrustStore
        $report | Find-MissingIssuer -TrustStore $Missing.TrustStore -IncludeRoot | Select-Object -Last 1
        Set-Content (Join-Path $Folder 'issuing.pem') $report.MissingIssuer.Pem
        Import-IntermediateCertificate (Join-Path $Folder 'issuing.pem')
        Resolve-TlsError "curl: (60) SSL certificate problem: unable to get local issuer certificate, https://$($Missing.Endpoint)/" | Select-Object -First 1
        Test-PemBundle (Join-Path $Folder 'issuing.pem')
        Get-TrustBundleEnvironment curl | Select-Object -First 1
        Get-TrustBundleEnvironment -Store | Select-Object -First 1
        $env:NODE_TLS_REJECT_UNAUTHORIZED = '0'
        Get-TrustBundleEnvironment node -Insecure -Scope Process | Select-Object -First 1
        Remove-Item Env:NODE_TLS_REJECT_UNAUTHORIZED
        Set-TrustBundleEnvironment $Missing.TrustStore -Program curl -WhatIf | Select-Object -First 1
        $report, $report | Compare-TlsReport -AcrossMachines | Select-Object -First 1
        [TlsTrust.MachineFailure] @{ Machine = 'web1'; Command = 'Test-TlsEndpoint'; Fault = 'NoAnswer'; Summary = 'It said nothing.'; Remedy = 'Run it again.' }
    }

    # Each kind of sample under the short name of its type.
    function Get-Sample {
        param([object[]] $Objects)
        $samples = @{}
        foreach ($object in $Objects) {
            $samples[($object.pstypenames[0] -split '\.')[-1]] = $object
        }

        $samples
    }

    $folder = (New-Item (Join-Path $TestDrive 'cache') -ItemType Directory).FullName
    $job = Start-Job $make -ArgumentList $module, $missing, $folder
    $live = & $make $module $missing $folder
    Set-Content (Join-Path $folder 'leaf.pem') $live[0].Presented[0].Pem
    $live | Export-Clixml (Join-Path $TestDrive 'results.xml')

    # In the file the endpoint is one where nothing listens: who connects again, instead of judging what is there, is found out.
    $xml = (Get-Content (Join-Path $TestDrive 'results.xml') -Raw).Replace($missing.Endpoint, $refused)
    Set-Content (Join-Path $TestDrive 'results.xml') $xml
    $samples = @{
        live = Get-Sample $live
        file = Get-Sample (Import-Clixml (Join-Path $TestDrive 'results.xml'))
        job  = Get-Sample (Receive-Job $job -Wait -AutoRemoveJob -ErrorAction Stop)
    }

    # What a cmdlet needs besides its input, so that it answers at once and changes nothing.
    $arguments = @{
        'Test-TlsEndpoint'              = @{ TrustStore = $store }
        'Get-CertificateChain'          = @{ TrustStore = $store }
        'Export-TlsReport'              = @{ As = 'Csv' }
        'Compare-TlsReport'             = @{ Reference = @() }
        'Export-CertificateChain'       = @{ As = 'Mermaid' }
        'Find-MissingIssuer'            = @{ TrustStore = $store }
        'Set-TrustBundleEnvironment'    = @{ Program = 'curl'; WhatIf = $true }
        'Repair-PemBundle'              = @{ Path = (Join-Path $folder 'leaf.pem'); WhatIf = $true }
        'Update-TrustBundleEnvironment' = @{ WhatIf = $true }
        'Remove-TrustBundleEnvironment' = @{ WhatIf = $true }
        'Repair-TrustBundleEnvironment' = @{ WhatIf = $true }
    }
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Every result into every cmdlet' {
    It '<type> (<way>) | <cmdlet>: <expected>' -ForEach $cells {
        $sample = $samples[$way][$type]
        $sample | Should -Not -BeNullOrEmpty -Because 'there is a sample of each type'
        $more = $arguments[$cmdlet] ?? @{}
        $output = @($sample | & $cmdlet @more -ErrorVariable faults -WarningVariable warnings -ErrorAction SilentlyContinue -WarningAction SilentlyContinue)
        switch ($expected) {
            { $_ -in 'InvalidInput', 'InputObjectNotBound' } {
                $output | Should -BeNullOrEmpty
                $faults[0].FullyQualifiedErrorId | Should -BeLike "$expected,TlsTrust.PowerShell.*"
            }
            'Refused' {
                # The report itself is there, without the item.
                $faults[0].FullyQualifiedErrorId | Should -BeLike 'InvalidInput,TlsTrust.PowerShell.*'
            }
            'Warning' {
                $output | Should -BeNullOrEmpty
                $faults | Should -BeNullOrEmpty
                $warnings | Should -Not -BeNullOrEmpty
            }
            'Nothing' {
                $output | Should -BeNullOrEmpty
                $faults | Should -BeNullOrEmpty
            }
            default {
                $faults | Should -BeNullOrEmpty
                $output[0].GetType().Name | Should -Be $expected
                if ($output[0].psobject.Properties['Verdict']) {
                    $connects = $type -eq 'TlsErrorExplanation' -and $way -eq 'file'
                    $output[0].Verdict | Should -Be ($connects ? 'Unreachable' : $output[0].Verdict) -Because 'a message holds no certificates'
                    $output[0].Verdict -eq 'Unreachable' | Should -Be $connects -Because 'a result is judged from what it holds'
                }
            }
        }
    }

    It 'the table knows every type that a cmdlet answers with' {
        foreach ($type in $results) {
            $samples.live.Keys | Should -Contain $type.Name
        }
    }

    It 'the table knows every cmdlet that takes something from the pipeline' -ForEach @{ known = [string[]] $table.Keys } {
        $takes = Get-Command -Module TlsTrust | Where-Object { $_.ParameterSets.Parameters.ValueFromPipeline -contains $true }
        $takes.Name | Should -BeIn $known
    }
}

Describe 'Results on their way' {
    It '<_> keeps its parts as objects through a job' -ForEach 'EndpointReport', 'CertificateChain' {
        $again = $samples.job[$_]
        $again.Findings[0] | Should -BeOfType TlsTrust.Finding
        $again.Findings[0].Evidence[0] | Should -BeOfType string
        $again.Presented[0].Pem | Should -BeLike '-----BEGIN CERTIFICATE-----*'
    }

    It '<_> has every property after a job and a file, with the same text' -ForEach 'EndpointReport', 'CertificateChain', 'IssuerMatch' {
        $file = Join-Path $TestDrive kept.xml
        $samples.live[$_] | Export-Clixml $file
        (Import-Clixml $file) | Export-Clixml $file
        $again = Import-Clixml $file
        foreach ($property in ([type] "TlsTrust.$_").GetProperties().Name) {
            # What another helper of results adds needs its line in TlsTrust.Types.ps1xml, under the Deserialized name.
            $again.psobject.Properties.Name | Should -Contain $property
            "$($again.$property)" | Should -Be "$($samples.live[$_].$property)" -Because $property
            $samples.job[$_].psobject.Properties.Name | Should -Contain $property
        }

        @(Compare-Object ($again.psobject.Properties.Name -ne 'Kept') ([type] "TlsTrust.$_").GetProperties().Name) | Should -BeNullOrEmpty
    }

    It 'what an earlier version kept is read' -ForEach 'EndpointReport', 'CertificateChain', 'IssuerMatch' {
        # A shell without the types file writes every property, as 0.1.0 did; its enums went as their names already.
        $script = {
            param($Object)
            $Object.GetType().Assembly.GetTypes() | Where-Object IsEnum | ForEach-Object { Update-TypeData -TypeName $_.FullName -SerializationMethod String }
            [System.Management.Automation.PSSerializer]::Serialize($Object, 5)
        }
        $shell = [powershell]::Create().AddScript("$script").AddArgument($samples.live[$_])
        $text = "$($shell.Invoke())"
        $shell.Dispose()
        $text | Should -Not -Match 'N="Kept"'
        $old = [System.Management.Automation.PSSerializer]::Deserialize($text)
        foreach ($property in ([type] "TlsTrust.$_").GetProperties().Name) {
            "$($old.$property)" | Should -Be "$($samples.live[$_].$property)" -Because $property
        }

        @($old | Get-CertificateChain -TrustStore $store).Count | Should -BeGreaterThan 0
        $old | Export-Clixml (Join-Path $TestDrive renewed.xml)
        "$((Import-Clixml (Join-Path $TestDrive renewed.xml)).Summary)" | Should -Be $samples.live[$_].Summary
    }

    It 'a packed text that is none leaves what stands beside it' {
        $xml = (Get-Content (Join-Path $TestDrive results.xml) -Raw) -replace '(<S N="Kept">)....', '$1AAAA'
        Set-Content (Join-Path $TestDrive broken.xml) $xml
        $broken = (Get-Sample (Import-Clixml (Join-Path $TestDrive broken.xml))).EndpointReport
        $broken.Verdict | Should -Be Untrusted
        $broken.Findings | Should -BeNullOrEmpty
        $broken | Test-TlsEndpoint -ErrorVariable fault -ErrorAction SilentlyContinue | Should -BeNullOrEmpty -Because 'nothing is left to judge'
        $fault | Should -Not -BeNullOrEmpty
    }

    It 'a report takes less than 6 KB in a file, and no more time than some ten-property objects' {
        $reports = @($samples.live.EndpointReport) * 50
        $plain = @([pscustomobject] @{ a = 1; b = 'b'; c = 3; d = 'd'; e = 5; f = 'f'; g = 7; h = 'h'; i = 9; j = 'j' }) * 50
        $file = Join-Path $TestDrive volume.xml
        $samples.live.EndpointReport | Export-Clixml $file
        (Get-Item $file).Length | Should -BeLessThan 6144

        # The best of three: other work on this machine only adds. 19 and more before there was a packed form.
        $times = foreach ($run in 1..3) {
            $ours = (Measure-Command { foreach ($report in $reports) { [System.Management.Automation.PSSerializer]::Serialize($report, 2) } }).TotalMilliseconds
            $theirs = (Measure-Command { foreach ($object in $plain) { [System.Management.Automation.PSSerializer]::Serialize($object, 2) } }).TotalMilliseconds
            $ours / $theirs
        }
        ($times | Measure-Object -Minimum).Minimum | Should -BeLessThan 25
    }

    It 'names of enums stay names, also for Where-Object' {
        $again = $samples.job.EndpointReport
        @($again | Where-Object Verdict -EQ Untrusted | Where-Object Cause -EQ MissingIntermediate).Count | Should -Be 1
        @($again.Findings | Where-Object Severity -EQ Error).Count | Should -BeGreaterThan 0
    }

    It 'every enum that a result shows travels as its name' {
        $seen = [System.Collections.Generic.HashSet[type]]::new()
        $enums = [System.Collections.Generic.HashSet[type]]::new()
        function Find-Enum {
            param([type] $Type)
            $Type = [Nullable]::GetUnderlyingType($Type) ?? $Type
            if ($Type.IsGenericType) {
                $Type.GetGenericArguments() | ForEach-Object { Find-Enum $_ }
            }

            if ($Type.FullName -notlike 'TlsTrust.*' -or -not $seen.Add($Type)) {
                return
            }

            if ($Type.IsEnum) {
                [void] $enums.Add($Type)
                return
            }

            $Type.GetProperties() | ForEach-Object { Find-Enum $_.PropertyType }
        }

        $results | ForEach-Object { Find-Enum $_ }
        $enums.Count | Should -BeGreaterThan 6
        foreach ($enum in $enums) {
            (Get-TypeData $enum.FullName).SerializationMethod | Should -Be String -Because "$enum stands in TlsTrust.Types.ps1xml"
        }
    }

    It '<_> gives CSV without type names in its cells' -ForEach 'EndpointReport', 'CertificateChain', 'IssuerMatch', 'ProgramTrust', 'InsecureSetting', 'FoundTrustStore', 'TrustEnvironmentChange' {
        $samples.live[$_] | ConvertTo-Csv | Select-Object -Skip 1 | Should -Not -Match 'TlsTrust\.\w+|System\.|ResultList|\[\]'
    }

    It 'every result has a view, also after a job, and its table fits 100 columns' {
        foreach ($type in $results) {
            Get-FormatData $type.FullName -PowerShellVersion 7.4 | Should -Not -BeNullOrEmpty -Because $type.FullName
            Get-FormatData "Deserialized.$($type.FullName)" -PowerShellVersion 7.4 | Should -Not -BeNullOrEmpty -Because "Deserialized.$($type.FullName)"
        }

        foreach ($way in 'live', 'job') {
            foreach ($sample in $samples[$way].Values) {
                # A shell without a window counts as one of 100 columns.
                $shell = [powershell]::Create().AddScript('param($Module, $Object) Import-Module $Module; $PSStyle.OutputRendering = "PlainText"; $Object | Out-String -Width 100').AddArgument($module).AddArgument($sample)
                $text = "$($shell.Invoke())"
                $shell.Dispose()
                $text.Trim() | Should -Not -BeNullOrEmpty
                $text -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 100 -Because $_ }
            }
        }
    }

    It 'every result says in a few words what it is, among others and after a job' {
        foreach ($type in $results) {
            foreach ($name in $type.FullName, "Deserialized.$($type.FullName)") {
                $shown = (Get-TypeData $name).DefaultDisplayPropertySet.ReferencedProperties
                $shown.Count | Should -BeIn (2..6) -Because $name
                $shown | ForEach-Object { $type.GetProperty($_) | Should -Not -BeNullOrEmpty -Because "$name shows $_" }
            }
        }
    }

    It 'a report that was judged again says the same' {
        foreach ($way in 'live', 'file', 'job') {
            $again = $samples[$way].EndpointReport | Test-TlsEndpoint -TrustStore $store
            $again.Verdict, $again.Cause | Should -Be 'Untrusted', 'MissingIntermediate' -Because $way
            $again.MissingIssuer.Sha256 | Should -Be $samples.live.EndpointReport.MissingIssuer.Sha256
        }
    }

    It 'and says otherwise for another store, name or time' {
        $report = $samples.job.EndpointReport
        ($report | Test-TlsEndpoint -TrustStore (Get-LabScenario store-empty).trustStore).Cause | Should -Be StoreUnusable
        ($report | Test-TlsEndpoint -TrustStore $store -HostName www.example.org).FindingIds | Should -Match NameMismatch
        ($report | Test-TlsEndpoint -TrustStore $store -At (Get-Date).AddYears(40)).FindingIds | Should -Match Expired
    }
}

Describe 'What a result was judged with travels with it' {
    BeforeAll {
        # Trusted only with an anchor beside the store, and only at that time.
        $private = Get-LabParameter private-root-not-sent
        $root = Join-Path $TestDrive root.pem
        (Test-TlsEndpoint @private | Find-MissingIssuer -IncludeRoot)[-1].Certificate.Pem | Set-Content $root
        $issuing = Join-Path $TestDrive issuing-found.pem
        $then = (Get-Date).AddDays(10).ToUniversalTime()
        $with = Test-TlsEndpoint $private.Endpoint -TrustStore $store -AdditionalAnchor $root -At $then
        $with.Verdict | Should -Be Trusted
        $file = Join-Path $TestDrive with.xml
        $with | Export-Clixml $file
    }

    It 'store, added anchors and time, <_>' -ForEach 'live', 'file' {
        $report = $_ -eq 'live' ? $with : (Import-Clixml $file)
        $again = $report | Test-TlsEndpoint
        $again.Verdict | Should -Be Trusted
        $again.CheckedAt | Should -Be $with.CheckedAt
        $again.AnchorStore | Should -Be $with.AnchorStore
        ($report | Get-CertificateChain).Verdict | Should -Be Trusted
        ($report | Get-CertificateChain -WarnDays 5).Verdict | Should -Be Trusted
        ($report | Get-CertificateChain -WarnDays 5).CheckedAt | Should -Be $with.CheckedAt
        ($report | Get-CertificateChain | Get-CertificateChain).Verdict | Should -Be Trusted
        $report | Find-MissingIssuer | Should -BeNullOrEmpty -Because 'with its own anchors nothing is missing'
    }

    It 'unless another is given' {
        ($with | Test-TlsEndpoint -TrustStore $store).Verdict | Should -Be Untrusted
        ($with | Test-TlsEndpoint -At $then.AddYears(40)).FindingIds | Should -Match Expired
        ($with | Get-CertificateChain -TrustStore $store).Verdict | Should -Be Untrusted
        @($with | Find-MissingIssuer -TrustStore $store -IncludeRoot).Count | Should -BeGreaterThan 0
    }
}
