BeforeDiscovery {
    Import-Module $env:TLSTRUST_MODULE
    $commands = (Get-Command -Module TlsTrust).Name
}

BeforeAll {
    $culture = Join-Path $env:TLSTRUST_MODULE 'en-US'
}

Describe 'Help of <_>' -ForEach $commands {
    BeforeAll {
        $help = Get-Help $_ -Full
        $command = Get-Command $_
    }

    It 'has a synopsis, a description and examples' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match '\[<CommonParameters>\]' -Because 'that is what Get-Help makes up where there is no help'
        ($help.Description | Out-String).Trim() | Should -Not -BeNullOrEmpty
        @($help.Examples.Example).Count | Should -BeGreaterThan 0
    }

    It 'describes every parameter' {
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
        foreach ($name in $command.Parameters.Keys | Where-Object { $_ -notin $common }) {
            $parameter = $help.Parameters.Parameter | Where-Object Name -EQ $name
            ($parameter.Description | Out-String).Trim() | Should -Not -BeNullOrEmpty -Because "-$name"
        }
    }

    It 'leads to its page with -Online' {
        $command.HelpUri | Should -Be "https://github.com/TlsTrust/TlsTrust/blob/main/en-US/$($command.Name).md"
        # Get-Help -Online takes the first link of the help, and the cmdlet's own where there is none.
        @($help.relatedLinks.navigationLink)[0].uri | Should -Be $command.HelpUri
    }

    It 'has examples that PowerShell can read, with parameters that exist' {
        foreach ($example in $help.Examples.Example) {
            $text = ($example | Out-String)
            $code = ($text -split "`r?`n" | Where-Object { $_ -match '^\s{4}\S' -or $_ -match '\|\s*$' }) -join "`n"
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($code, [ref] $null, [ref] $null)
            $calls = $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -in $commands }, $true)
            foreach ($call in $calls) {
                $known = (Get-Command $call.GetCommandName()).Parameters
                foreach ($used in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                    @($known.Keys; $known.Values.Aliases) | Should -Contain $used.ParameterName -Because $call.Extent.Text
                }
            }
        }
    }
}

Describe 'About pages' {
    It '<_> is found by Get-Help' -ForEach 'about_TlsTrust', 'about_TlsTrust_Causes', 'about_TlsTrust_CI', 'about_TlsTrust_Fleet' {
        (Get-Help $_ | Out-String) | Should -Match 'SHORT DESCRIPTION'
        Join-Path $culture "$_.help.txt" | Should -Exist
    }
}
