using System.Text;
using BioLearn.Onnx.Images;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Recollecting;

/// <summary>How to make the same picture without the page: a line of the tool, a program.</summary>
public sealed record Recipe(string CommandLine, string Program)
{
    /// <summary>Of a picture and a setting.</summary>
    /// <param name="picture">The picture; a bundled one is known to the tool by its name, any other is a file of that name in the current folder.</param>
    /// <param name="setting">How it is recollected.</param>
    public static Recipe Of(ShownPicture picture, RecollectSetting setting)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(setting);
        string file = picture.Name.StartsWith('-') ? $"./{picture.Name}" : picture.Name; // no option
        string[] words = ["biolearn", "recollect", file, "-m", setting.Network, "-c", setting.Cue.Token, "-v", setting.VariantName];
        return new(string.Join(' ', words.Select(Quoted)), $$"""
            using BioLearn.Onnx.Images;
            using BioLearn.Onnx.Models;
            using BioLearn.Onnx.Recollection;

            using CnnModel model = CnnModel.Load({{Literal(setting.Network)}});
            ImagePreprocessing preprocessing = model.Card.Preprocessing;
            PixelImage original = preprocessing.ResizeAndCrop(ImageFiles.Load({{Literal(picture.Name)}}));
            float[] input = new float[preprocessing.InputLength];
            preprocessing.Normalize(original, input);

            Cue cue = Cue.Parse({{Literal(setting.Cue.Token)}}, model.Card.Classes);
            RecollectionVariant variant = RecollectionVariant.Parse({{Literal(setting.VariantName)}});
            RecollectionOptions options = variant.NamesDisplay ? variant.Options : variant.Options with { Display = cue.SuitedDisplay };
            using Recollector recollector = new(model, cue, options);
            ImageFiles.Save(recollector.Recollect(input, count: 1)[0].ToPicture(preprocessing), "recollected.png");
            """);
    }

    /// <summary>A file name for what came back.</summary>
    public static string FileName(ShownPicture picture, RecollectSetting setting)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(setting);
        string name = $"{Path.GetFileNameWithoutExtension(picture.Name)}-{setting.Network}-{setting.Cue.Token}-{setting.VariantName}";
        return string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' ? letter : '-')) + ".png";
    }

    // For a shell: what it would take apart or expand stands in quotes.
    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or ':' or ',' or '=' or '+' or '%')
        ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Literal(string text)
    {
        StringBuilder literal = new("\"");
        foreach (char letter in text)
            literal.Append(letter is '"' or '\\' ? $"\\{letter}" : char.IsControl(letter) ? $"\\u{(int)letter:x4}" : $"{letter}");
        return literal.Append('"').ToString();
    }
}
