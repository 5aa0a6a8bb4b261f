BeforeAll {
    . $PSScriptRoot/TrustEnvironment.ps1
    Import-Module $env:TLSTRUST_MODULE
    $saved = Enter-MadeHome $TestDrive
    $null = New-MadeCertificate ./ca.pem
}

AfterAll {
    Remove-TrustBundleEnvironment | Out-Null
    Exit-MadeHome $saved
}

Describe 'Update-TrustBundleEnvironment' {
    It 'gives nothing when nothing was provisioned' {
        Update-TrustBundleEnvironment | Should -BeNullOrEmpty
    }

    It 'changes nothing while the roots are the same, and makes a lost bundle anew' {
        $bundle = (Set-TrustBundleEnvironment ./ca.pem -Program curl).After
        $content = Get-Content $bundle -Raw
        (Update-TrustBundleEnvironment).IsChange | Should -BeFalse
        Remove-Item $bundle
        (Update-TrustBundleEnvironment -WhatIf).IsChange | Should -BeTrue
        Test-Path $bundle | Should -BeFalse
        (Update-TrustBundleEnvironment).Effect | Should -Match 'anew'
        Get-Content $bundle -Raw | Should -Be $content
    }
}
