namespace BioLearn.Experiments;

/// <summary>Messages without what the framework adds to those of arguments: <c>(Parameter 'Width')</c>, <c>Actual value was -4.</c></summary>
internal static class PlainMessage
{
    public static string Of(Exception error) => error is not ArgumentException ? error.Message : error.Message.Split(" (Parameter '", 2)[0].Split("\nActual value was", 2)[0].TrimEnd();
}
