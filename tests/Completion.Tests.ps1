<#
What Tab gives for every parameter of every cmdlet: closed sets complete, paths complete, and where neither can stand nothing silly comes.
#>
BeforeDiscovery {
    Import-Module $env:TLSTRUST_MODULE
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
    $paths = 'Path', 'LiteralPath', 'Destination', 'TrustStore', 'SearchPath', 'KeyPath', 'AdditionalAnchor', 'Intermediate', 'ClientCertificate', 'ExpectedCertificate', 'PublicRoots', 'Reference'
    $cases = foreach ($command in Get-Command -Module TlsTrust) {
        foreach ($parameter in $command.Parameters.Values) {
            if ($parameter.Name -in $common -or $parameter.ParameterType -eq [switch]) {
                continue
            }

            $type = $parameter.ParameterType
            $type = $type.IsArray ? $type.GetElementType() : ([Nullable]::GetUnderlyingType($type) ?? $type)
            $set = $parameter.Attributes.Where{ $_ -is [ValidateSet] }.ValidValues
            $closed = $set ? $set : $type.IsEnum ? [Enum]::GetNames($type) : $null
            $completer = $parameter.Attributes.Where{ $_ -is [ArgumentCompleter] }.Type.Name
            $takesPath = $parameter.Name -in $paths -or $completer -eq 'HostOrPathCompleter'
            $case = @{ cmdlet = $command.Name; parameter = $parameter.Name; closed = $closed; takesPath = $takesPath }
            $case.words = switch ($completer) {
                HostCompleter { 'localhost' }
                HostOrPathCompleter { 'localhost' }
                StoreCompleter { 'Default' }
                ProgramCompleter { 'curl', 'git', 'pip' }
                PublicRootsCompleter { 'Auto', 'BuiltIn' }
                TrustVariableCompleter { 'SSL_CERT_FILE', 'CURL_CA_BUNDLE' }
            }
            $case
        }
    }
}

BeforeAll {
    Import-Module $env:TLSTRUST_MODULE
    function Get-Completion {
        param([string] $Line)
        @((TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText)
    }

    Push-Location $TestDrive
    Set-Content server.pem 'here'
}

AfterAll {
    Pop-Location
}

Describe 'Tab' {
    It '<cmdlet> -<parameter> completes what may stand there' -ForEach $cases {
        if ($closed) {
            Get-Completion "$cmdlet -$parameter " | Should -Be ($closed | Sort-Object) -Because 'the set is closed'
        }

        foreach ($word in $words) {
            Get-Completion "$cmdlet -$parameter $($word.Substring(0, 3))" | Should -Contain $word
        }

        $files = Get-Completion "$cmdlet -$parameter ./serv"
        if ($takesPath) {
            ($files -replace '\\', '/') | Should -Contain './server.pem'
        }
        else {
            $files | Should -BeNullOrEmpty -Because 'no file can stand there'
        }
    }

    It 'every parameter is asked about' -ForEach @{ count = $cases.Count } {
        $count | Should -BeGreaterThan 100
    }

    It '<_> completes a path where an endpoint may stand too' -ForEach 'Get-CertificateChain', 'Find-MissingIssuer' {
        (Get-Completion "$_ ./s") -replace '\\', '/' | Should -Contain './server.pem'
        Get-Completion "$_ loc" | Should -Contain localhost
    }

    It 'offers only stores that are there' {
        $offered = Get-Completion 'Get-CertificateChain -Store '
        $offered | Should -Contain Default
        foreach ($store in $offered) {
            Get-CertificateChain -Store $store.Trim("'") -NoDownload -ErrorVariable fault -ErrorAction SilentlyContinue | Select-Object -First 1 | Out-Null
            "$fault" | Should -Not -Match 'not exist|There is no store'
        }
    }
}
