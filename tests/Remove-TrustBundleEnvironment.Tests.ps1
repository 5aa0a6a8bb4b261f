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

Describe 'Remove-TrustBundleEnvironment' {
    It 'gives nothing when nothing was provisioned' {
        Remove-TrustBundleEnvironment | Should -BeNullOrEmpty
    }

    It 'restores values, deletes what was not set, and leaves what was changed since' {
        $env:GIT_SSL_CAINFO = '/old.pem'
        $null = Set-TrustBundleEnvironment ./ca.pem -Program curl, git, cargo
        $env:CARGO_HTTP_CAINFO = '/mine.pem'
        (Remove-TrustBundleEnvironment -WhatIf).Setting | Should -Contain 'CURL_CA_BUNDLE'
        $env:CURL_CA_BUNDLE | Should -Not -BeNullOrEmpty
        Remove-TrustBundleEnvironment | Out-Null
        $env:GIT_SSL_CAINFO | Should -Be '/old.pem'
        Test-Path Env:CURL_CA_BUNDLE | Should -BeFalse
        $env:CARGO_HTTP_CAINFO | Should -Be '/mine.pem'
        $env:GIT_SSL_CAINFO = $null
        $env:CARGO_HTTP_CAINFO = $null
    }
}
