# What a result proposes can be run as it stands: every command that other people's error texts lead to is parsed and bound, and some are run.
BeforeDiscovery {
    $corpus = $env:TLSTRUST_SHARED, (Join-Path $PSScriptRoot ../../shared), (Join-Path $PSScriptRoot ../../../shared) |
        Where-Object { $_ } | ForEach-Object { Join-Path $_ corpora/errors.json } | Where-Object { Test-Path $_ } | Select-Object -First 1
}

BeforeAll {
    Import-Module $env:TLSTRUST_MODULE
    . (Join-Path $PSScriptRoot Lab.ps1)

    function Get-CommandFault {
        # What hinders a command: syntax, unknown commands and parameters, values that don't convert.
        param([Parameter(Mandatory)] [string] $Command)
        $faults = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($Command, [ref] $null, [ref] $faults)
        $faults.Message
        foreach ($call in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
            if (-not (Get-Command $call.GetCommandName() -ErrorAction Ignore)) {
                "no command $($call.GetCommandName())"
            }

            [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($call).BindingExceptions.Values.BindingException.Message
        }
    }
}

Describe 'NextCommand' {
    It 'finds what hinders a command' {
        Get-CommandFault 'Test-TlsEndpoint -Nowhere 1' | Should -Not -BeNullOrEmpty
        Get-CommandFault 'Test-TlsEndpoint (' | Should -Not -BeNullOrEmpty
        Get-CommandFault 'Test-TlsEndpoints localhost' | Should -Not -BeNullOrEmpty
    }

    It 'parses and binds for every text of the corpus' -Skip:(-not $corpus) -ForEach @{ corpus = $corpus } {
        $commands = Get-Content -Raw $corpus | ConvertFrom-Json | ForEach-Object { $_.text | Resolve-TlsError -WarningAction Ignore } |
            ForEach-Object NextCommand | Sort-Object -Unique
        $commands.Count | Should -BeGreaterThan 50
        foreach ($command in $commands) {
            Get-CommandFault $command | Where-Object { $_ } | Should -BeNullOrEmpty -Because $command
        }
    }

    It 'leads from <how> to <cause>' -ForEach @(
        @{ how = 'Go'; scenario = 'self-signed'; cause = 'SelfSigned'; text = 'Get "https://{endpoint}/": x509: certificate signed by unknown authority' }
        @{ how = 'Node.js'; scenario = 'plain-http'; cause = 'NotTls'; text = "npm error request to https://{endpoint}/x failed, reason: write EPROTO error:0A00010B:SSL routines:ssl3_get_record:wrong version number" }
    ) {
        $lab = Get-LabScenario $scenario
        $said = $text.Replace('{endpoint}', $lab.endpoint)
        $found = @($said | Resolve-TlsError)[0]
        $report = Invoke-Expression $found.NextCommand
        @($report.Cause) + $report.Findings.Cause | Should -Contain $cause -Because $found.NextCommand
    }
}
