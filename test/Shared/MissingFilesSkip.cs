using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace BioLearn.Tests;

/// <summary>
/// The test framework of every test project: xunit's own, but a test that throws <see cref="SkipException"/> (xunit 3's word, which
/// version 2 does not yet listen to) counts as skipped, with its reason, instead of failed.
/// </summary>
public sealed class MissingFilesSkip(IMessageSink messageSink) : XunitTestFramework(messageSink)
{
    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider source, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assembly, source, diagnostics)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases(testCases, new Listener(executionMessageSink), executionOptions);
    }

    private sealed class Listener(IMessageSink inner) : LongLivedMarshalByRefObject, IMessageSink
    {
        private static readonly string Token = SkipException.ForSkip("").Message;

        public bool OnMessage(IMessageSinkMessage message) => inner.OnMessage(
            message is ITestFailed { Messages: [{ } text] } failed && text.StartsWith(Token, StringComparison.Ordinal)
                ? new TestSkipped(failed.Test, text[Token.Length..])
                : message);
    }
}
