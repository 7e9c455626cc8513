using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>A <see cref="FeatureMap"/> in a saved model.</summary>
internal static class FeatureMapFile
{
    private enum Form : byte
    {
        None,
        Scale,
        ScaleAndCentre,
    }

    public static void Write(ModelWriter writer, string name, FeatureMap? map)
    {
        writer.Fields.Write((byte)(map is null ? Form.None : map.KeepsZeros ? Form.Scale : Form.ScaleAndCentre));
        if (map is null)
            return;
        writer.WriteTensor<float>($"{name}.scale", map.Scale.ToArray());
        if (!map.KeepsZeros)
            writer.WriteTensor<float>($"{name}.centre", map.Centre.ToArray());
    }

    public static FeatureMap? Read(ModelReader reader, string name, int width)
    {
        Form form = (Form)reader.Fields.ReadByte();
        if (form > Form.ScaleAndCentre)
            throw reader.Damaged($"the form {(byte)form} of its {name} map is unknown");
        if (form == Form.None)
            return null;
        float[] scale = reader.ReadTensor<float>($"{name}.scale", width);
        float[] centre = form == Form.Scale ? [] : reader.ReadTensor<float>($"{name}.centre", width);
        return reader.Checked(() => new FeatureMap(scale, centre));
    }
}
